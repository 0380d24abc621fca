/**
 * One kind of error. `status` is the HTTP status at the edge; `message` and
 * `next` may hold `{name}` tags that the arguments fill.
 */
export interface ErrorDescriptor {
  readonly status: number;
  readonly message: string;
  readonly next: string;
}

type Tags<Text extends string> = Text extends `${string}{${infer Tag}}${infer Rest}` ? Tag | Tags<Rest> : never;

/** The arguments that the tags of a descriptor's message and advice ask for. */
export type ErrorArguments<D extends ErrorDescriptor> = { readonly [Tag in Tags<D["message"] | D["next"]>]: string | number };

/** One finding inside a larger input, such as a wrong field of a network file. */
export interface Problem {
  /** Where: a JSON path such as `organizations[0].mspId`, or an argument's name. */
  readonly path: string;
  /** What is wrong there, for a person. */
  readonly message: string;
  /** What would be right, where it can be told. */
  readonly suggestion?: string;
  /** Stable name of the rule that was broken, such as `unknown_key`. */
  readonly rule?: string;
  /** Line of the text it was read from, starting at 1. */
  readonly line?: number;
}

/** Extra facts carried by a {@link HeddleError}. */
export interface ErrorExtras {
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
  /** What the tags of message and advice were filled with, so that others can say it in another language. */
  readonly args?: Readonly<Record<string, string | number>>;
  /** Seconds after which the same may be tried again. */
  readonly retryAfter?: number;
}

/**
 * The only error Heddle shows to people: a stable code, what happened and what
 * to do next. Recognise it with {@link isHeddleError}, not with `instanceof`,
 * so that two copies of the package do not disagree.
 */
export class HeddleError extends Error {
  override readonly name = "HeddleError";
  readonly code: string;
  readonly status: number;
  readonly next: string;
  readonly problems: readonly Problem[];
  readonly retryAfter: number | undefined;
  readonly args: Readonly<Record<string, string | number>>;

  constructor(code: string, status: number, message: string, next: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.code = code;
    this.status = status;
    this.next = next;
    this.problems = extras.problems ?? [];
    this.retryAfter = extras.retryAfter;
    this.args = extras.args ?? {};
  }
}

/** Whether `value` is a {@link HeddleError}, of this copy of the package or another; with `code`, of that code. */
export function isHeddleError(value: unknown, code?: string): value is HeddleError {
  return value instanceof Error && value.name === "HeddleError" && "code" in value && (code === undefined || value.code === code);
}

/** A typed catalogue of errors: `catalogue.create("CODE", {tag: value})`. */
export interface ErrorCatalogue<Descriptors extends Record<string, ErrorDescriptor>> {
  readonly descriptors: Descriptors;
  create<Code extends keyof Descriptors & string>(code: Code, args: ErrorArguments<Descriptors[Code]>, extras?: ErrorExtras): HeddleError;
}

/** Defines the errors of one package; codes are UPPER_SNAKE and stable for ever. */
export function defineErrors<const Descriptors extends Record<string, ErrorDescriptor>>(
  descriptors: Descriptors,
): ErrorCatalogue<Descriptors> {
  return {
    descriptors,
    create(code, args, extras) {
      const descriptor = descriptors[code];
      if (descriptor === undefined) throw new TypeError(`no error has the code ${code}`);
      return new HeddleError(code, descriptor.status, fill(descriptor.message, args), fill(descriptor.next, args), { ...extras, args });
    },
  };
}

function fill(template: string, args: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (tag, name: string) => String(args[name] ?? tag));
}
