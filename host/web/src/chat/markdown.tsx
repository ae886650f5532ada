// What models say, as Markdown: text only. HTML in it is shown as text, pictures come from this server's own generated
// files or not at all, and links open elsewhere.
import { isValidElement, memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

import { CopyButton } from "./copy-button";
import { markdownBlocks } from "./markdown-blocks";
import styles from "./markdown.module.css";
import { ScriptView } from "./script-view";

interface Props {
  text: string;
}

/** A text that may grow at its end: what stood there before is not rendered again. */
export const Markdown = memo(function Markdown({ text }: Props) {
  return (
    <div className={styles.markdown}>
      {markdownBlocks(text).map((block, at) => (
        <Block key={at} text={block} />
      ))}
    </div>
  );
});

const Block = memo(function Block({ text }: Props) {
  return (
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  );
});

const PLUGINS = [remarkGfm];
const OWN_PICTURE = /^\/api\/v1\/generated-files\/[0-9a-f-]{36}\/content$/;

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ src, alt }) =>
    typeof src === "string" && OWN_PICTURE.test(src) ? (
      <img src={src} alt={alt ?? ""} />
    ) : (
      <em>{alt === undefined || alt === "" ? "(picture)" : alt}</em>
    ),
  table: ({ children }) => (
    // A region that scrolls has to be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.table} tabIndex={0} role="region" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
  // Headings of an answer stand below the page's own.
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  pre: ({ children }) => {
    const { text, language } = codeOf(children);
    return (
      <div className={styles.code}>
        <div className={styles.codeBar}>
          <span>{language}</span>
          <CopyButton text={text} label="Copy code" size={24} />
        </div>
        {language === "python" || language === "py" ? (
          <ScriptView script={text} bare />
        ) : (
          <pre className={styles.pre}>{text}</pre>
        )}
      </div>
    );
  },
};

/** The text and the language of a fenced block, whose only child is a `code` element. */
function codeOf(children: ReactNode): { text: string; language: string } {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return { text: "", language: "" };
  const { className = "", children: text } = children.props;
  const language = /language-(\S+)/.exec(className)?.[1] ?? "";
  return { text: typeof text === "string" ? text.replace(/\n$/, "") : "", language };
}
