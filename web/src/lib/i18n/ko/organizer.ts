export const organizer = {
  heading: "대회 운영",
};
