/** A short message in a toast, which is also a live region for screen readers: `say(t().account.saved)`. */

let message = $state("");
let timer: ReturnType<typeof setTimeout> | undefined;

export const said = (): string => message;

export function say(text: string): void {
  message = text;
  clearTimeout(timer);
  timer = setTimeout(() => (message = ""), 6000);
}
