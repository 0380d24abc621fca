import { createTheme, type MantineColorsTuple } from "@mantine/core";

const loom: MantineColorsTuple = [
  "#eef0fe",
  "#dbdffa",
  "#b5bdf3",
  "#8d98ec",
  "#8490ea",
  "#5464dc",
  "#4556d0",
  "#3f4fc4",
  "#3544a8",
  "#2a378c",
];

const dark: MantineColorsTuple = [
  "#e4e6ea",
  "#c3c7cf",
  "#a4aab5",
  "#7d8490",
  "#3a3f48",
  "#2b2f37",
  "#1f2228",
  "#17191e",
  "#111317",
  "#0c0e11",
];

const systemFont =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const monoFont = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** The console's look: system fonts, one accent, quiet surfaces. */
export const theme = createTheme({
  primaryColor: "loom",
  primaryShade: { light: 7, dark: 6 },
  colors: { loom, dark },
  fontFamily: systemFont,
  fontFamilyMonospace: monoFont,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  headings: {
    fontFamily: systemFont,
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.5rem", lineHeight: "1.25" }, h2: { fontSize: "1.05rem" } },
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    Paper: { defaultProps: { withBorder: true, radius: "lg" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } } },
    Anchor: { defaultProps: { underline: "hover" } },
  },
});
