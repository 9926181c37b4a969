/** Finding somebody in a race by what was typed: a bib by how it begins, a name by any part of it. */

const folded = (text: string) => text.normalize("NFC").toLocaleLowerCase();

/** Whether a row is what is looked for; everybody is while nothing is. */
export function finder(typed: string): (row: { bib: string | null; name: string | null }) => boolean {
  const wanted = folded(typed.trim());
  return ({ bib, name }) =>
    wanted === "" ||
    (bib !== null && folded(bib).startsWith(wanted)) ||
    (name !== null && folded(name).includes(wanted));
}
