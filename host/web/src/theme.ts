// The look: neutral greys, one accent, system fonts. Sizes and colours are Mantine's scales, changed here and nowhere else.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** The accent, the teal of the mails and the icon: shade 7 has 5.5:1 on white, shade 4 has 8:1 on the dark page. */
const teal: MantineColorsTuple = [
  "#effcf9",
  "#d5f5ee",
  "#a9eadd",
  "#76d9c8",
  "#45c2af",
  "#22a796",
  "#14897c",
  "#0f766e",
  "#115e59",
  "#134e4a",
];

/** Greys without a tint. */
const gray: MantineColorsTuple = [
  "#fafafa",
  "#f4f4f5",
  "#e9e9eb",
  "#dcdce0",
  "#c6c6cc",
  "#a0a0a9",
  "#74747e",
  "#55555e",
  "#3a3a41",
  "#1d1d21",
];

/** Text to page, light to dark: 0 is text, 7 the page, 8 what lies below it. */
const dark: MantineColorsTuple = [
  "#ececee",
  "#c4c4ca",
  "#a2a2aa",
  "#7a7a83",
  "#4a4a51",
  "#38383e",
  "#2b2b30",
  "#1c1c1f",
  "#161618",
  "#0f0f11",
];

const SANS = "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const MONO = "ui-monospace, 'SF Mono', SFMono-Regular, Menlo, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace";

export const theme = createTheme({
  colors: { teal, gray, dark },
  primaryColor: "teal",
  primaryShade: 7,
  autoContrast: true,
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  headings: { fontFamily: SANS, fontWeight: "600" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    // Links stand in sentences, where colour alone does not tell them.
    Anchor: { defaultProps: { underline: "always" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
    Modal: {
      defaultProps: { centered: true, closeButtonProps: { "aria-label": "Close" } },
      styles: { title: { fontWeight: 600 } },
    },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    // The placeholder is an element that no menu may have in it; without it the first entry has the focus.
    Menu: { defaultProps: { shadow: "md", position: "bottom-start", withInitialFocusPlaceholder: false } },
  },
});

/** The few colours of our own, as `var(--glovebox-…)`. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--glovebox-chat-width": "48rem" },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": "#63636c",
    "--mantine-color-placeholder": "#6f6f79",
    "--mantine-color-error": "var(--mantine-color-red-9)",
    "--glovebox-sidebar": "#f7f7f8",
    "--glovebox-border": "#e4e4e7",
    "--glovebox-hover": "#ededf0",
    "--glovebox-raised": "#f7f7f8",
    "--glovebox-faulty": "#fdeaea",
    "--glovebox-selected": "#cfe8e4",
    "--glovebox-code-keyword": "#8b2f97",
    "--glovebox-code-string": "#1d6b3a",
    "--glovebox-code-number": "#9a4b00",
    "--glovebox-code-name": "#1f5fa8",
  },
  dark: {
    "--mantine-color-body": "#1c1c1f",
    "--mantine-color-dimmed": "#a2a2aa",
    "--mantine-color-placeholder": "#92929b",
    "--mantine-color-error": "var(--mantine-color-red-4)",
    // Mantine's own is a red that shouts.
    "--mantine-color-red-light": "#3a2124",
    "--glovebox-sidebar": "#161618",
    "--glovebox-border": "#323237",
    "--glovebox-hover": "#29292d",
    "--glovebox-raised": "#242428",
    "--glovebox-faulty": "#47201f",
    "--glovebox-selected": "#27504b",
    "--glovebox-code-keyword": "#d596e0",
    "--glovebox-code-string": "#8fce9f",
    "--glovebox-code-number": "#eab676",
    "--glovebox-code-name": "#86bdf5",
  },
});
