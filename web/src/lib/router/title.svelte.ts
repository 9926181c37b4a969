/** What the tab of the browser says of the page that is shown, once the page knows more than its route does. */
let own = $state.raw<() => string | undefined>();

export const ownTitle = (): string | undefined => own?.();

/** Give the page a title of its own, as soon as there is one. For a component's script. */
export function titled(text: () => string | undefined): void {
  $effect(() => {
    own = text;
    return () => {
      if (own === text) own = undefined;
    };
  });
}
