/** The document title that a page sets itself once it knows more than its route. */
let own = $state.raw<() => string | undefined>();

export const pageTitle = (): string | undefined => own?.();

/** Set the title of the current page, once `text` returns one. Call it in a component's script. */
export function setPageTitle(text: () => string | undefined): void {
  $effect(() => {
    own = text;
    return () => {
      if (own === text) own = undefined;
    };
  });
}
