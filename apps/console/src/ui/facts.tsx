import classes from "./facts.module.css";

/** One thing that is known. */
export type Fact = readonly [name: string, value: React.ReactNode];

/** Names and what they are, in columns where there is room; an undefined value leaves its name out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes["facts"]}>
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
