import { SegmentedControl, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Topology as Model } from "./model.ts";
import { TopologyList } from "./topology-list.tsx";

const Picture = lazy(() => import("./picture.tsx"));

/** Props of {@link Topology}. */
export interface TopologyProps {
  readonly topology: Model;
  /** Height of the picture in pixels. */
  readonly height?: number;
}

/** A network as a picture, and as a list that says the same; the list comes first where a picture would be too small. */
export function Topology({ topology, height = 380 }: TopologyProps) {
  const { t } = useTranslation();
  const narrow = useMediaQuery("(max-width: 40em)", undefined, { getInitialValueInEffect: false });
  const [chosen, setChosen] = useState<"picture" | "list">();
  const shown = chosen ?? (narrow ? "list" : "picture");
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t("network.topology")}
        value={shown}
        onChange={(value) => setChosen(value === "list" ? "list" : "picture")}
        data={[
          { value: "picture", label: t("common.picture") },
          { value: "list", label: t("common.list") },
        ]}
      />
      {shown === "list" ? (
        <TopologyList topology={topology} />
      ) : (
        <>
          <Suspense fallback={<Skeleton height={height} radius="lg" />}>
            <Picture topology={topology} height={height} />
          </Suspense>
          <VisuallyHidden>
            <TopologyList topology={topology} />
          </VisuallyHidden>
          <Text size="xs" c="dimmed" aria-hidden>
            {t("network.topologyNote")}
          </Text>
        </>
      )}
    </Stack>
  );
}
