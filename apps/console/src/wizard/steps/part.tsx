import { ActionIcon, Group, Paper, Stack, Title, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Props of {@link Part}. */
export interface PartProps {
  readonly title: string;
  /** Absent: it has to stay. */
  readonly onRemove?: (() => void) | undefined;
  readonly children: React.ReactNode;
}

/** One of many: an organisation, a channel, a chaincode. */
export function Part({ title, onRemove, children }: PartProps) {
  const { t } = useTranslation();
  return (
    <Paper p="md" component="section" aria-label={title}>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={2} fz="sm">
          {title}
        </Title>
        {onRemove === undefined ? null : (
          <Tooltip label={t("common.remove")}>
            <ActionIcon variant="subtle" color="gray" aria-label={t("common.removeOf", { what: title })} onClick={onRemove}>
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Stack gap="md">{children}</Stack>
    </Paper>
  );
}
