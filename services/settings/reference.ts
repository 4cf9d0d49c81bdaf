import { ANY_TEXT, describeSetting, type SettingFacts } from './describe-setting.js';
import { GROUPS, settingsOf, type Group } from './groups.js';

/** Longest line of the environment file. */
const WIDTH = 100;

const MARKDOWN_HEAD = `# Configuration

<!-- Made by \`make docs\` from services/settings: change it there. -->

Every setting is an environment variable. Most are flags of \`clipid serve\` as well (\`clipid serve
--help\`); a flag wins. A variable that is empty counts as not set, a list has commas between its
parts. A value that is out of bounds, or that contradicts another one, ends the start with a message
that names the variable and the rule.

[deploy/clipid.env](../deploy/clipid.env) has them all for containers.
`;

const ENVIRONMENT_HEAD = `# Every setting of clipid with its default, for \`docker run --env-file\` and compose. Copy it to
# deploy/local.env, which compose reads, and take the # away from what you change.
# Made by \`make docs\` from services/settings; docs/configuration.md has the same as tables.
`;

/** docs/configuration.md, not yet as prettier would have it. */
export function configurationMarkdown(): string {
  return [MARKDOWN_HEAD, ...GROUPS.map(markdownOf)].join('\n');
}

/** deploy/clipid.env: every variable, commented out. */
export function environmentFile(): string {
  return [ENVIRONMENT_HEAD, ...GROUPS.map(environmentOf)].join('\n');
}

function markdownOf(group: Group): string {
  const rows = settingsOf(group).map(describeSetting).map(rowOf);
  const head = ['variable', 'values', 'default', ''];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `## ${group}\n\n${lines.join('\n')}\n`;
}

function rowOf({ variable, values, fallback, fallbackNote, meaning }: SettingFacts): string[] {
  const fallbackText = fallback === undefined ? (fallbackNote ?? 'none') : `\`${fallback}\``;
  const cells = [`\`${variable}\``, values, fallbackText, meaning];
  return cells.map((cell) => cell.replaceAll('|', '\\|'));
}

function environmentOf(group: Group): string {
  const blocks = settingsOf(group).map(describeSetting).map(blockOf);
  return [`# === ${group} ===\n`, ...blocks].join('\n');
}

function blockOf({ variable, values, fallback, fallbackNote, meaning }: SettingFacts): string {
  const texts = [meaning];
  if (values !== ANY_TEXT) texts.push(`Values: ${values}.`);
  if (fallbackNote !== undefined) texts.push(`Default: ${fallbackNote}.`);
  return [...texts.map(comment), `#${variable}=${fallback ?? ''}\n`].join('\n');
}

/** Breaks a text into lines that fit, each with a # in front. */
function comment(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (longer.length < WIDTH) lines[lines.length - 1] = longer;
    else lines.push(` ${word}`);
  }
  return lines.map((line) => `#${line}`).join('\n');
}
