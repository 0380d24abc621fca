import type { WizardStep } from "../wizard-steps.ts";
import { ChaincodeStep } from "./chaincode.tsx";
import { ChannelsStep } from "./channels.tsx";
import { OrderingStep } from "./ordering.tsx";
import { OrganizationsStep } from "./organizations.tsx";
import { RuntimeStep } from "./runtime.tsx";

/** The forms between start and review. */
export const stepForms: Readonly<Record<Exclude<WizardStep, "start" | "review">, React.ComponentType>> = {
  organizations: OrganizationsStep,
  ordering: OrderingStep,
  channels: ChannelsStep,
  chaincode: ChaincodeStep,
  runtime: RuntimeStep,
};
