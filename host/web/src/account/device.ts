// A device in words, from what its browser calls itself.

/** In the order in which they are looked for: many claim to be others as well. */
const BROWSERS: readonly [pattern: RegExp, name: string][] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
  [/^(python-requests|python-httpx|Python-urllib|aiohttp)\b|\bpython\b/i, "A Python script"],
];

const SYSTEMS: readonly [pattern: RegExp, name: string, isMobile: boolean][] = [
  [/\biPhone\b|\biPod\b/, "iPhone", true],
  [/\biPad\b/, "iPad", true],
  [/\bAndroid\b/, "Android", true],
  [/\bWindows\b/, "Windows", false],
  [/\bCrOS\b/, "ChromeOS", false],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS", false],
  [/\bLinux\b|\bX11\b/, "Linux", false],
];

interface Device {
  /** "Firefox on Windows". */
  name: string;
  isMobile: boolean;
}

export function deviceOf(userAgent: string): Device {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent));
  const isMobile = system?.[2] ?? false;
  if (browser && system) return { name: `${browser} on ${system[1]}`, isMobile };
  return { name: browser ?? system?.[1] ?? "Unknown program", isMobile };
}
