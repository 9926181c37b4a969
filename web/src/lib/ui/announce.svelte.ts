/** What has just been done, for eyes and for screen readers: `say(t().myRaces.applied)`. */

let message = $state("");
let timer: ReturnType<typeof setTimeout> | undefined;

export const said = (): string => message;

export function say(text: string): void {
  message = text;
  clearTimeout(timer);
  timer = setTimeout(() => (message = ""), 6000);
}
