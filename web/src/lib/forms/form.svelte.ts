/**
 * A form: what was typed, what was refused, and a draft that outlives the page.
 *
 * ```ts
 * const form = new Form({ key: "run", empty: { title: "", time: "" } });
 * form.submit(async (values) => { await answer(api.POST(…)); });
 * ```
 *
 * The names of the values are those of the API's fields, so that each refusal finds its field. What is typed is kept in
 * sessionStorage until it is accepted or discarded: a session that ends, a reload or a step back loses nothing. What is
 * named in `secret` is never kept.
 */
import { tick } from "svelte";
import { ApiProblem, problemFrom } from "$lib/api/problem";

export type Values = Record<string, string>;

export interface FormOptions<T extends Values> {
  /** Under which the draft is kept; without it none is. */
  key?: string;
  empty: T;
  secret?: readonly (keyof T)[];
  /** The field that a conflict is about, by the kind of the conflict: the API names none. */
  conflicts?: Readonly<Record<string, keyof T & string>>;
}

const PREFIX = "mrmrthon.draft.";

export class Form<T extends Values> {
  values: T = $state({} as T);
  /** The reason for each field that was refused, by its name. */
  errors: Record<string, string> = $state({});
  /** What went wrong beside that. */
  problem = $state.raw<ApiProblem>();
  busy = $state(false);
  /** Whether the values are those of a draft. */
  restored = $state(false);
  /** Set by the form element, to find its fields in. */
  element: HTMLFormElement | undefined;
  readonly #options: FormOptions<T>;
  /** What the form has when nothing is typed; a draft is kept only of what differs. */
  #initial: T;

  constructor(options: FormOptions<T>) {
    this.#options = options;
    this.#initial = options.empty;
    this.values = { ...options.empty };
    this.#restore();
  }

  /** Begin with what stands, such as a record that is to be corrected; a draft of it goes before. */
  fill(values: T): void {
    this.#initial = values;
    this.values = { ...values };
    this.#restore();
  }

  /** Begin anew. */
  reset(values: T = this.#options.empty): void {
    this.#initial = values;
    this.values = { ...values };
    this.errors = {};
    this.problem = undefined;
    this.restored = false;
    this.#forget();
  }

  get changed(): boolean {
    return Object.keys(this.values).some((name) => this.values[name] !== this.#initial[name]);
  }

  /** Keep what is typed; fields call it. */
  typed(name: string): void {
    if (this.errors[name])
      this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== name));
    const { key, secret = [] } = this.#options;
    if (key === undefined) return;
    const draft = Object.fromEntries(Object.entries(this.values).filter(([each]) => !secret.includes(each)));
    try {
      if (this.changed) sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
      else this.#forget();
    } catch {
      // Without storage the page itself is the draft.
    }
  }

  /** Refuse fields before the API does. Answers whether there was anything to refuse. */
  refuse(errors: Record<string, string>): boolean {
    this.errors = errors;
    const any = Object.keys(errors).length > 0;
    if (any) void this.#showFirst();
    return any;
  }

  /** Have the values accepted. Answers whether they were; the draft is forgotten then. */
  async submit(accept: (values: T) => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.errors = {};
    this.problem = undefined;
    try {
      await accept($state.snapshot(this.values) as T);
      this.#forget();
      this.restored = false;
      return true;
    } catch (cause) {
      await this.#explain(problemFrom(cause));
      return false;
    } finally {
      this.busy = false;
    }
  }

  async #explain(problem: ApiProblem): Promise<void> {
    const errors: Record<string, string> = {};
    const elsewhere: string[] = [];
    const about = this.#options.conflicts?.[problem.kind];
    if (about !== undefined) errors[about] = problem.detail;
    for (const { field, detail } of problem.errors) {
      const name = Object.hasOwn(this.values, field) ? field : (field.split(/[.[]/)[0] ?? field);
      if (Object.hasOwn(this.values, name) && this.element?.elements.namedItem(name)) errors[name] ??= detail;
      else elsewhere.push(`${field}: ${detail}`);
    }
    this.errors = errors;
    // A session that has ended is told of by the dialog that asks for a login.
    if ((problem.errors.length === 0 && about === undefined) || elsewhere.length > 0) {
      this.problem =
        elsewhere.length > 0 ? new ApiProblem(problem.kind, problem.status, elsewhere.join(" · ")) : problem;
    }
    await this.#showFirst();
  }

  /** Move to the first field that was refused, so that a screen reader reads why. */
  async #showFirst(): Promise<void> {
    await tick();
    const refused = this.element?.querySelector<HTMLElement>("[aria-invalid='true']");
    const field = refused?.matches("fieldset") ? refused.querySelector<HTMLElement>("input") : refused;
    (field ?? this.element?.querySelector<HTMLElement>("[data-problem]"))?.focus();
  }

  #restore(): void {
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
      this.restored = this.changed;
    } catch {
      this.#forget();
    }
  }

  #forget(): void {
    const { key } = this.#options;
    try {
      if (key !== undefined) sessionStorage.removeItem(PREFIX + key);
    } catch {
      // Nothing was kept then.
    }
  }
}

/** A text for the API: one that is empty is left out. */
export const optional = (text: string): string | undefined => (text.trim() === "" ? undefined : text);

/** A text for the API that it needs: one that is empty is left out all the same, so that the API says so. */
export const required = (text: string): string => optional(text) as string;

/** A number for the API; what is none is sent as it was typed, so that the API says what is wrong with it. */
export function typedNumber(text: string): number {
  const value = Number(text.replaceAll(",", "").trim());
  return text.trim() === ""
    ? (undefined as unknown as number)
    : Number.isNaN(value)
      ? (text as unknown as number)
      : value;
}

/** Kilometres, typed with a comma or a point, as metres for the API. */
export function typedMetres(kilometres: string): number {
  const value = typedNumber(kilometres.replace(",", "."));
  return typeof value === "number" ? Math.round(value * 1000) : value;
}
