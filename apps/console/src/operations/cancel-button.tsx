import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { operationQuery } from "../api/queries.ts";
import { Problem } from "../ui/problem.tsx";

/** Stops an operation, after asking. */
export function CancelButton({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [opened, { open, close }] = useDisclosure(false);
  const cancel = useMutation({
    mutationFn: () => client.cancelOperation({ params: { id } }),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: operationQuery(id).queryKey }),
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("operation.cancel")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("operation.cancelTitle")} closeButtonProps={{ "aria-label": t("common.close") }}>
        <Stack>
          <Text size="sm">{t("operation.cancelText")}</Text>
          {cancel.isError ? <Problem title={t("operation.cancel")} error={cancel.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("operation.keep")}
            </Button>
            <Button color="red.9" onClick={() => cancel.mutate()} loading={cancel.isPending}>
              {t("operation.cancel")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
