export const organizer = {
  heading: "Organize",
};
