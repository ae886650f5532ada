// Light or dark, for this browser.
import { Group, type MantineColorScheme, Radio, Stack, Text, useMantineColorScheme } from "@mantine/core";
import { useReducedMotion } from "@mantine/hooks";

import { COLOUR_SCHEMES } from "../shell/colour-scheme";
import { Section } from "../shell/section";
import { AccountFrame } from "./account-frame";
import styles from "./appearance-page.module.css";

export default function AppearancePage() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const reduced = useReducedMotion();
  return (
    <AccountFrame title="Appearance">
      <Section title="Theme" lead="Saved in this browser. “System” follows the setting of your device.">
        <Radio.Group
          aria-label="Theme"
          value={colorScheme}
          onChange={(value) => setColorScheme(value)}
        >
          <div className={styles.cards}>
            {COLOUR_SCHEMES.map(({ value, label }) => (
              <Radio.Card key={value} value={value} className={styles.card} aria-label={label}>
                <Sketch scheme={value} />
                <Group gap="xs" wrap="nowrap" p="sm">
                  <Radio.Indicator size="xs" />
                  <Text size="sm">{label}</Text>
                </Group>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
      </Section>
      <Section title="Motion">
        <Stack gap={4}>
          <Text size="sm">
            {reduced
              ? "Your system asks for reduced motion, so animations are off."
              : "Your system allows motion. To turn animations off, switch on “reduce motion” in its settings."}
          </Text>
        </Stack>
      </Section>
    </AccountFrame>
  );
}

/** The app in small, as it looks then. */
function Sketch({ scheme }: { scheme: MantineColorScheme }) {
  if (scheme !== "auto") {
    return (
      <svg viewBox="0 0 120 72" className={styles.sketch} aria-hidden>
        <Page scheme={scheme} />
      </svg>
    );
  }
  return (
    <svg viewBox="0 0 120 72" className={styles.sketch} aria-hidden>
      <Page scheme="light" />
      <g clipPath="url(#dark-half)">
        <Page scheme="dark" />
      </g>
      <clipPath id="dark-half">
        <polygon points="72,0 120,0 120,72 48,72" />
      </clipPath>
    </svg>
  );
}

function Page({ scheme }: { scheme: "light" | "dark" }) {
  const [side, body, line, ink] =
    scheme === "light" ? ["#f7f7f8", "#ffffff", "#dcdce0", "#a0a0a9"] : ["#161618", "#1c1c1f", "#38383e", "#7a7a83"];
  return (
    <>
      <rect width="120" height="72" fill={body} />
      <rect width="32" height="72" fill={side} />
      <rect x="6" y="8" width="20" height="4" rx="2" fill={ink} />
      <rect x="6" y="18" width="16" height="3" rx="1.5" fill={line} />
      <rect x="6" y="25" width="19" height="3" rx="1.5" fill={line} />
      <rect x="76" y="8" width="34" height="9" rx="4" fill={line} />
      <rect x="42" y="25" width="60" height="3" rx="1.5" fill={ink} />
      <rect x="42" y="32" width="46" height="3" rx="1.5" fill={line} />
      <rect x="42" y="40" width="5" height="12" fill="#14897c" />
      <rect x="50" y="44" width="5" height="8" fill="#14897c" />
      <rect x="58" y="37" width="5" height="15" fill="#14897c" />
      <rect x="42" y="59" width="68" height="7" rx="3.5" fill={side} stroke={line} strokeWidth="0.7" />
    </>
  );
}
