const fold = (text: string) => text.normalize("NFC").toLocaleLowerCase();

/** A filter for players and results: a prefix of the bib, or any part of the name. Empty text matches everything. */
export function searchFilter(text: string): (row: { bib: string | null; name: string | null }) => boolean {
  const query = fold(text.trim());
  return ({ bib, name }) =>
    query === "" || (bib !== null && fold(bib).startsWith(query)) || (name !== null && fold(name).includes(query));
}
