/** CSV files for spreadsheets. */

/**
 * Quote a cell if needed. Text that a spreadsheet would run as a formula gets a leading apostrophe, because names and
 * bibs are user input (OWASP: CSV injection).
 */
function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe =
    typeof value === "string" && /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Format rows as CSV (RFC 4180), with the byte order mark that makes Excel read UTF-8. */
export const csv = (rows: readonly (readonly (string | number | null)[])[]): string =>
  `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;

/** Save text as a file through the browser. */
export function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, "-");
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
