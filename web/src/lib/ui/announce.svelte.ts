/** A short message in a toast, which is also a live region for screen readers: `announce(t().account.saved)`. */

let message = $state("");
let timer: ReturnType<typeof setTimeout> | undefined;

export const announcement = (): string => message;

export function announce(text: string): void {
  message = text;
  clearTimeout(timer);
  timer = setTimeout(() => (message = ""), 6000);
}
