/** Search of players and results by prefix of the bib or any part of the name. */

const folded = (text: string) => text.normalize("NFC").toLocaleLowerCase();

/** Returns the filter for a search text. An empty text matches everything. */
export function finder(typed: string): (row: { bib: string | null; name: string | null }) => boolean {
  const wanted = folded(typed.trim());
  return ({ bib, name }) =>
    wanted === "" ||
    (bib !== null && folded(bib).startsWith(wanted)) ||
    (name !== null && folded(name).includes(wanted));
}
