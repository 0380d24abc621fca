import { Button, MultiSelect, Stack, Text, TextInput } from "@mantine/core";
import type { NetworkChannel } from "@heddle/network";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { addChannel, removeChannel, renameChannel, replaceAt, withSpec } from "../draft.ts";
import { useForm } from "../fields.tsx";
import classes from "../wizard-page.module.css";
import { Part } from "./part.tsx";

/** Channels with their members. */
export function ChannelsStep() {
  const { t } = useTranslation();
  const { file, change } = useForm();
  return (
    <Stack gap="md">
      <Text c="dimmed">{t("wizard.channelsLead")}</Text>
      {file.spec.channels.map((channel, index) => (
        <ChannelPart key={index} channel={channel} index={index} />
      ))}
      <div>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => change(addChannel(file))}>
          {t("wizard.addChannel")}
        </Button>
      </div>
    </Stack>
  );
}

function ChannelPart({ channel, index }: { readonly channel: NetworkChannel; readonly index: number }) {
  const { t } = useTranslation();
  const { file, change, errorAt } = useForm();
  const path = `spec.channels[${index}]`;
  const patch = (part: Partial<NetworkChannel>): void =>
    change(withSpec(file, { channels: replaceAt(file.spec.channels, index, (one) => ({ ...one, ...part })) }));
  const names = (role: "member" | "observer"): string[] =>
    file.spec.organizations.filter((one) => one.role === role).map(({ name }) => name);
  const listError = (field: "members" | "observers"): string | undefined =>
    errorAt(`${path}.${field}`) ?? channel[field].map((_name, at) => errorAt(`${path}.${field}[${at}]`)).find(Boolean);
  return (
    <Part title={t("wizard.channel", { number: index + 1 })} onRemove={() => change(removeChannel(file, index))}>
      <TextInput
        label={t("wizard.channelName")}
        description={t("wizard.channelNameHelp")}
        value={channel.name}
        error={errorAt(`${path}.name`)}
        onChange={(event) => change(renameChannel(file, index, event.currentTarget.value))}
      />
      <div className={classes["pair"]}>
        <MultiSelect
          label={t("wizard.members")}
          description={t("wizard.membersHelp")}
          data={[...new Set([...names("member"), ...channel.members])]}
          value={channel.members}
          error={listError("members")}
          onChange={(members) => patch({ members })}
        />
        <MultiSelect
          label={t("wizard.observers")}
          description={t("wizard.observersHelp")}
          data={[...new Set([...names("observer"), ...channel.observers])]}
          value={channel.observers}
          error={listError("observers")}
          onChange={(observers) => patch({ observers })}
        />
      </div>
      <TextInput
        label={t("wizard.endorsement")}
        description={t("wizard.endorsementHelp")}
        placeholder="MAJORITY Endorsement"
        value={channel.policies.endorsement ?? ""}
        error={errorAt(`${path}.policies.endorsement`)}
        onChange={(event) => {
          const { endorsement: _old, ...others } = channel.policies;
          const endorsement = event.currentTarget.value;
          patch({ policies: endorsement === "" ? others : { ...others, endorsement } });
        }}
      />
    </Part>
  );
}
