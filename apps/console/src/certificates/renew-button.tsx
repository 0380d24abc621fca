import { Button, Checkbox, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client } from "../api/client.ts";
import { Problem } from "../ui/problem.tsx";
import { useOperation } from "../ui/use-operation.ts";

/** Longer than any certificate is valid. */
const ALL_DAYS = 100_000;

/** Renews what expires soon, or everything, after asking. */
export function RenewButton({ network, due, busy }: { readonly network: string; readonly due: number; readonly busy: boolean }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [whose, setWhose] = useState(due > 0 ? "due" : "all");
  const [newKeys, setNewKeys] = useState(false);
  const renew = useOperation(() =>
    client.renewCertificates({
      params: { name: network },
      body: { ...(whose === "all" ? { withinDays: ALL_DAYS } : {}), ...(newKeys ? { newKeys } : {}) },
    }),
  );
  return (
    <>
      <Button onClick={open} disabled={busy} variant={due > 0 ? "filled" : "default"}>
        {t("certificates.renew")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("certificates.renewTitle")} closeButtonProps={{ "aria-label": t("common.close") }}>
        <Stack>
          <Text size="sm">{t("certificates.renewText")}</Text>
          <SegmentedControl
            aria-label={t("certificates.whose")}
            value={whose}
            onChange={setWhose}
            orientation="vertical"
            data={[
              { value: "due", label: t("certificates.whoseDue"), disabled: due === 0 },
              { value: "all", label: t("certificates.whoseAll") },
            ]}
          />
          <Checkbox
            label={t("certificates.newKeys")}
            description={t("certificates.newKeysHelp")}
            checked={newKeys}
            onChange={(event) => setNewKeys(event.currentTarget.checked)}
          />
          {renew.isError ? <Problem title={t("certificates.renew")} error={renew.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button loading={renew.isPending} onClick={() => renew.mutate()}>
              {t("certificates.renew")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
