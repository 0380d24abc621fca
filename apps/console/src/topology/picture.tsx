import "@xyflow/react/dist/base.css";
import { ActionIcon, Group } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { ReactFlow, ReactFlowProvider, useReactFlow, useStore, type Node, type NodeProps } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { StateMark } from "../ui/state-mark.tsx";
import { layoutOf, type Layout, type PlacedChannel, type PlacedGroup, type PlacedThread } from "./layout.ts";
import type { Topology } from "./model.ts";
import classes from "./picture.module.css";

type GroupBox = Node<{ placed: PlacedGroup; consensus: Topology["consensus"] }, "box">;
type ChannelBar = Node<{ placed: PlacedChannel }, "bar">;
type Thread = Node<{ placed: PlacedThread }, "thread">;

const nodeTypes = { box: Box, bar: Bar, thread: ThreadLine };
const FIT = { padding: 0.06, maxZoom: 1.15 };

interface PictureProps {
  readonly topology: Topology;
  readonly height: number;
}

/** The picture of a network. Screen readers get the list beside it instead. */
export default function Picture({ topology, height }: PictureProps) {
  const layout = useMemo(() => layoutOf(topology), [topology]);
  // Many organisations are not made smaller until they fit: the frame grows down as far as they need.
  const size = layout.rows ? { minHeight: height, aspectRatio: `${layout.width} / ${layout.height}` } : { height };
  return (
    <div className={classes["frame"]} style={size}>
      <ReactFlowProvider>
        <Flow layout={layout} consensus={topology.consensus} />
      </ReactFlowProvider>
    </div>
  );
}

interface FlowProps {
  readonly layout: Layout;
  readonly consensus: Topology["consensus"];
}

function Flow({ layout, consensus }: FlowProps) {
  const hovers = useMediaQuery("(hover: hover)", true, { getInitialValueInEffect: false });
  const nodes = useMemo(() => toNodes(layout, consensus), [layout, consensus]);
  const { fitView } = useReactFlow();
  // The frame is measured late where it was laid out before its neighbours, and again when the window changes.
  const frame = useStore(({ width, height }) => `${width}×${height}`);
  const shape = nodes.map(({ id }) => id).join(" ");
  useEffect(() => {
    const next = requestAnimationFrame(() => void fitView(FIT));
    return () => cancelAnimationFrame(next);
  }, [shape, frame, fitView]);
  return (
    <>
      <div aria-hidden className={classes["canvas"]}>
        <ReactFlow
          nodes={nodes}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={FIT}
          minZoom={0.1}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          panOnDrag={hovers}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          proOptions={{ hideAttribution: true }}
        />
      </div>
      <Zoom />
    </>
  );
}

function Zoom() {
  const { t } = useTranslation();
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <Group gap={4} className={classes["zoom"]}>
      <ActionIcon variant="default" aria-label={t("network.zoomIn")} onClick={() => void zoomIn()}>
        <IconPlus size={14} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label={t("network.zoomOut")} onClick={() => void zoomOut()}>
        <IconMinus size={14} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label={t("network.zoomFit")} onClick={() => void fitView(FIT)}>
        <IconMaximize size={14} />
      </ActionIcon>
    </Group>
  );
}

function toNodes({ groups, channels, threads }: Layout, consensus: Topology["consensus"]): (GroupBox | ChannelBar | Thread)[] {
  const common = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
    position: { x, y },
    width,
    height,
    draggable: false,
    selectable: false,
  });
  return [
    ...threads.map((placed): Thread => ({ id: `thread/${placed.id}`, type: "thread", data: { placed }, ...common(placed) })),
    ...channels.map((placed): ChannelBar => ({ id: `channel/${placed.channel.name}`, type: "bar", data: { placed }, ...common(placed) })),
    ...groups.map((placed): GroupBox => ({
      id: `group/${placed.group.role === "ordering" ? "ordering" : placed.group.name}`,
      type: "box",
      data: { placed, consensus },
      ...common(placed),
    })),
  ];
}

function Box({ data: { placed, consensus } }: NodeProps<GroupBox>) {
  const { t } = useTranslation();
  const { group } = placed;
  const note = group.role === "ordering" ? t(`network.${consensus}`) : group.role === "observer" ? t("network.observer") : group.mspId;
  return (
    <div className={classes["box"]} data-role={group.role}>
      <div className={classes["head"]}>
        <span className={classes["name"]}>{group.role === "ordering" ? t("network.ordering") : group.name}</span>
        <span className={classes["note"]}>{note}</span>
      </div>
      <div className={classes["nodes"]} data-row={group.role === "ordering"}>
        {group.nodes.map((node) => (
          <div key={node.name} className={classes["node"]} title={node.name}>
            {node.state === undefined ? <span className={classes["dot"]} data-kind={node.kind} /> : <StateMark state={node.state} bare />}
            <span>{node.label}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function Bar({ data: { placed } }: NodeProps<ChannelBar>) {
  const { channel } = placed;
  return (
    <div className={classes["bar"]}>
      <span className={classes["channel"]}>{channel.name}</span>
      <span className={classes["chaincodes"]}>
        {channel.chaincodes.map(({ name, version }) => (
          <span key={name} className={classes["chaincode"]}>
            {name} <b>{version}</b>
          </span>
        ))}
      </span>
    </div>
  );
}

function ThreadLine({ data: { placed } }: NodeProps<Thread>) {
  return <div className={classes["thread"]} data-kind={placed.kind} data-way={placed.way} />;
}
