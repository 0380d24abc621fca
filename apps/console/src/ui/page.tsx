import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

/** Props of {@link Page}. */
export interface PageProps {
  readonly title: string;
  /** Shown beside the title. */
  readonly mark?: React.ReactNode;
  readonly lead?: React.ReactNode;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** A screen: one heading, what it is for, its actions, its content. */
export function Page({ title, mark, lead, actions, children }: PageProps) {
  const { t } = useTranslation();
  useDocumentTitle(t("common.page", { title }));
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {mark}
          </Group>
          {lead === undefined ? null : (
            <Text c="dimmed" mt={4} maw="46rem">
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
