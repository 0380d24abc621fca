import { Group, Radio, Text } from "@mantine/core";
import wizard from "../wizard-page.module.css";
import classes from "./choice-cards.module.css";

/** One of them. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly text: string;
  /** Why it cannot be chosen now, and what to do about it. */
  readonly hindrance?: string | undefined;
}

/** Props of {@link ChoiceCards}. */
export interface ChoiceCardsProps<Value extends string> {
  readonly label: string;
  readonly description?: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly error?: string | undefined;
}

/** One of a few, each with what it means. */
export function ChoiceCards<Value extends string>({ label, description, value, choices, onChange, error }: ChoiceCardsProps<Value>) {
  return (
    <Radio.Group
      label={label}
      description={description}
      value={value}
      onChange={(chosen) => {
        const choice = choices.find((one) => one.value === chosen);
        if (choice !== undefined) onChange(choice.value);
      }}
      error={error}
    >
      <div className={wizard["cards"]} style={{ marginTop: 8 }}>
        {choices.map((choice) => (
          <Radio.Card
            key={choice.value}
            value={choice.value}
            className={classes["card"]}
            radius="md"
            disabled={choice.hindrance !== undefined}
          >
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator mt={2} />
              <span>
                <Text component="span" fw={600} size="sm" display="block">
                  {choice.title}
                </Text>
                <Text component="span" size="sm" c="dimmed" display="block">
                  {choice.text}
                </Text>
                {choice.hindrance === undefined ? null : (
                  <Text component="span" size="sm" display="block" mt={6}>
                    {choice.hindrance}
                  </Text>
                )}
              </span>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
