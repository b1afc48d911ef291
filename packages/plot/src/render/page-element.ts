// What is used of a page, so that Node needs no types of the DOM.

/** What an element of the DOM has, and a string or a selector does not. Every `Element` fits. */
export interface PageElement {
  readonly ownerDocument: { createElement(name: string): unknown };
  setAttribute(name: string, value: string): void;
  /** Of nodes; `never`, because they are of types that only pages know. */
  append(...nodes: never[]): void;
}

/** The same element with all that is done to it. */
export interface PageNode {
  readonly ownerDocument: { createElement(name: string): PageNode };
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): PageNode | null;
  append(node: PageNode): void;
  replaceWith(node: PageNode): void;
  remove(): void;
}
