/** Choices about HTTP (part 2, section 14; part 3, sections 5, 9.1 and 14). */

/** An answer over HTTP that differs on purpose: what it is instead. */
export interface HttpChoice {
  readonly files: RegExp;
  readonly lines: readonly number[];
  readonly section: string;
  readonly what: string;
  readonly status: number;
  readonly error?: string;
}

const uploads = { files: /^15/, section: "part 2, 14.1, do" };
const posts = { files: /^28/, section: "part 3, 9.1, do" };
const surface = { files: /^33/, section: "part 3, 14" };

export const httpChoices: readonly HttpChoice[] = [
  {
    ...uploads,
    lines: [18],
    what: "JSON that is no object is told so",
    status: 400,
    error: "Invalid JSON body",
  },
  {
    ...uploads,
    lines: [21, 22, 23],
    what: "the key must be a live connection's, before anybody else is asked",
    status: 401,
    error: "Invalid credentials",
  },
  {
    ...uploads,
    lines: [28],
    what: "base64 is read strictly",
    status: 400,
    error: "Invalid file data",
  },
  {
    ...uploads,
    lines: [29],
    what: "a body may be as long as the base64 of the longest file",
    status: 400,
    error: "Invalid JSON body",
  },
  {
    ...uploads,
    lines: [40],
    what: "the file is younger than the recording",
    status: 200,
  },
  {
    ...posts,
    lines: [54],
    what: "embeds are checked",
    status: 400,
    error: "Embeds must be an array",
  },
  {
    ...posts,
    lines: [60],
    what: "messages have their length",
    status: 400,
    error: "Message too long. Maximum length is 2000 characters",
  },
  {
    ...posts,
    lines: [70, 71],
    what: "JSON that is no object is told so",
    status: 400,
    error: "Invalid JSON body",
  },
  { ...posts, lines: [73], what: "a text is a text", status: 400, error: "No content provided" },
  { ...posts, lines: [94], what: "GitHub's ping is answered", status: 204 },
  {
    ...posts,
    lines: [125],
    what: "webhooks go with their channel",
    status: 401,
    error: "Invalid webhook token",
  },
  {
    files: /^30/,
    lines: [40],
    section: "part 3, 5, do",
    what: "/info has the present values",
    status: 200,
  },
  {
    ...surface,
    lines: [3, 4],
    what: "pictures are uploaded, no files of the settings",
    status: 200,
  },
  { ...surface, lines: [7, 10], what: "the index page is ours", status: 200 },
  { ...surface, lines: [8, 9], what: "a broken upgrade is told by our library", status: 400 },
  { ...surface, lines: [17], what: "pictures are uploaded, no files of the settings", status: 404 },
  { ...surface, lines: [30], what: "pictures are uploaded, no files of the settings", status: 200 },
];
