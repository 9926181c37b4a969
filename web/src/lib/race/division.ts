/** Age groups. The API names a division by gender and ages, such as F35-39. */
export const AGE_GROUPS = [
  "0-19",
  "20-24",
  "25-29",
  "30-34",
  "35-39",
  "40-44",
  "45-49",
  "50-54",
  "55-59",
  "60-64",
  "65-69",
  "70-74",
  "75-79",
  "80+",
] as const;

/** The ages of a division with an en dash, such as 35–39. */
export const formatAges = (division: string): string => division.slice(1).replace("-", "–");
