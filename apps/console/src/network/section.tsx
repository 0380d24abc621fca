import { Group, Stack, Text, Title } from "@mantine/core";

/** Props of {@link Section}. */
export interface SectionProps {
  readonly title: string;
  readonly lead?: React.ReactNode;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** One section of a network's page. */
export function Section({ title, lead, actions, children }: SectionProps) {
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={2} fz="1.15rem">
            {title}
          </Title>
          {lead === undefined ? null : (
            <Text size="sm" c="dimmed" maw="44rem">
              {lead}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
