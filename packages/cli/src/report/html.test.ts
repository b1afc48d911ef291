import { describe, expect, it } from "vitest";
import { html, trusted } from "./html.ts";

describe("html", () => {
  it("escapes every value, in text and in attributes", () => {
    const evil = `<b a="1" c='2'>&`;
    expect(html`<p title="${evil}">${evil}</p>`.html).toBe(
      '<p title="&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;">&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;</p>',
    );
  });

  it("nests templates and lists without escaping them twice", () => {
    expect(html`<ul>${["a", "&"].map((x) => html`<li>${x}</li>`)}</ul>`.html).toBe("<ul><li>a</li><li>&amp;</li></ul>");
  });

  it("writes nothing for undefined, and trusted text as it is", () => {
    expect(html`${undefined}${trusted("<br>")}${0}`.html).toBe("<br>0");
  });
});
