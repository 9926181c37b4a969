/**
 * Form state: values, field errors, and a draft in sessionStorage.
 *
 * ```ts
 * const form = new Form({ key: "run", empty: { title: "", time: "" } });
 * form.submit(async (values) => { await unwrap(api.POST(…)); });
 * ```
 *
 * Values have the names of the API's fields, so that field errors can be shown at their fields. The draft is stored
 * until it is accepted or discarded: it survives an expired session, a reload and going back. Values named in `secret`
 * are never stored.
 */
import { tick } from "svelte";
import { ApiProblem, toProblem } from "$lib/api/problem";

export type Values = Record<string, string>;

export interface FormOptions<T extends Values> {
  /** The key of the draft; without a key there is no draft. */
  key?: string;
  empty: T;
  secret?: readonly (keyof T)[];
  /** The field to blame for a problem kind: a conflict (409) names no field. */
  conflicts?: Readonly<Record<string, keyof T & string>>;
}

const PREFIX = "mrmrthon.draft.";

export class Form<T extends Values> {
  values: T = $state({} as T);
  /** Error texts by field name. */
  errors: Record<string, string> = $state({});
  /** A problem that concerns no field. */
  problem = $state.raw<ApiProblem>();
  isBusy = $state(false);
  /** Whether the values were restored from a draft. */
  isRestored = $state(false);
  /** The form element, set by FormShell, used to find fields. */
  element: HTMLFormElement | undefined;
  readonly #options: FormOptions<T>;
  /** The values without user input; a draft is stored only if it differs. */
  #initial: T;

  constructor(options: FormOptions<T>) {
    this.#options = options;
    this.#initial = options.empty;
    this.values = { ...options.empty };
    this.#restoreDraft();
  }

  /** Set the initial values, such as a record to be corrected. An existing draft takes precedence. */
  fill(values: T): void {
    this.#initial = values;
    this.values = { ...values };
    this.#restoreDraft();
  }

  /** Discard all input and the draft. */
  reset(values: T = this.#options.empty): void {
    this.#initial = values;
    this.values = { ...values };
    this.errors = {};
    this.problem = undefined;
    this.isRestored = false;
    this.#deleteDraft();
  }

  get isChanged(): boolean {
    return Object.keys(this.values).some((name) => this.values[name] !== this.#initial[name]);
  }

  /** Store the draft and clear the field's error. Fields call this on input. */
  handleInput(name: string): void {
    if (this.errors[name])
      this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== name));
    const { key, secret = [] } = this.#options;
    if (key === undefined) return;
    const draft = Object.fromEntries(Object.entries(this.values).filter(([each]) => !secret.includes(each)));
    try {
      if (this.isChanged) sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
      else this.#deleteDraft();
    } catch {
      // Without storage there is no draft.
    }
  }

  /** Set errors without asking the API. Returns whether there are any. */
  setErrors(errors: Record<string, string>): boolean {
    this.errors = errors;
    const hasErrors = Object.keys(errors).length > 0;
    if (hasErrors) void this.#focusFirstInvalid();
    return hasErrors;
  }

  /** Submit the values. Returns whether they were accepted, and deletes the draft in that case. */
  async submit(send: (values: T) => Promise<unknown>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.errors = {};
    this.problem = undefined;
    try {
      await send($state.snapshot(this.values) as T);
      this.#deleteDraft();
      this.isRestored = false;
      return true;
    } catch (cause) {
      await this.#showProblem(toProblem(cause));
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  async #showProblem(problem: ApiProblem): Promise<void> {
    const errors: Record<string, string> = {};
    const otherErrors: string[] = [];
    const conflictField = this.#options.conflicts?.[problem.kind];
    if (conflictField !== undefined) errors[conflictField] = problem.detail;
    for (const { field, detail } of problem.errors) {
      const name = Object.hasOwn(this.values, field) ? field : (field.split(/[.[]/)[0] ?? field);
      if (Object.hasOwn(this.values, name) && this.element?.elements.namedItem(name)) errors[name] ??= detail;
      else otherErrors.push(`${field}: ${detail}`);
    }
    this.errors = errors;
    // An expired session is reported by the login dialog.
    if ((problem.errors.length === 0 && conflictField === undefined) || otherErrors.length > 0) {
      this.problem =
        otherErrors.length > 0 ? new ApiProblem(problem.kind, problem.status, otherErrors.join(" · ")) : problem;
    }
    await this.#focusFirstInvalid();
  }

  /** Focus the first invalid field, so that screen readers read its error. */
  async #focusFirstInvalid(): Promise<void> {
    await tick();
    const invalid = this.element?.querySelector<HTMLElement>("[aria-invalid='true']");
    const field = invalid?.matches("fieldset") ? invalid.querySelector<HTMLElement>("input") : invalid;
    (field ?? this.element?.querySelector<HTMLElement>("[data-problem]"))?.focus();
  }

  #restoreDraft(): void {
    const { key } = this.#options;
    if (key === undefined) return;
    try {
      const text = sessionStorage.getItem(PREFIX + key);
      if (text === null) return;
      const draft = JSON.parse(text) as Partial<T>;
      const known = Object.entries(draft).filter(
        ([name, value]) => Object.hasOwn(this.values, name) && typeof value === "string",
      );
      this.values = { ...this.values, ...Object.fromEntries(known) };
      this.isRestored = this.isChanged;
    } catch {
      this.#deleteDraft();
    }
  }

  #deleteDraft(): void {
    const { key } = this.#options;
    try {
      if (key !== undefined) sessionStorage.removeItem(PREFIX + key);
    } catch {
      // Without storage there is no draft.
    }
  }
}

/** Empty text becomes undefined, which leaves the field out. */
export const optionalText = (text: string): string | undefined => (text.trim() === "" ? undefined : text);

/** Empty text becomes undefined, so that the API reports the missing field. */
export const requiredText = (text: string): string => optionalText(text) as string;

/** Parse a number. Text that is no number is sent as typed, so that the API reports the error. */
export function parseNumber(text: string): number {
  const value = Number(text.replaceAll(",", "").trim());
  return text.trim() === ""
    ? (undefined as unknown as number)
    : Number.isNaN(value)
      ? (text as unknown as number)
      : value;
}

/** Parse kilometres, with a decimal comma or point, and convert them to metres. */
export function parseMetres(kilometres: string): number {
  const value = parseNumber(kilometres.replace(",", "."));
  return typeof value === "number" ? Math.round(value * 1000) : value;
}
