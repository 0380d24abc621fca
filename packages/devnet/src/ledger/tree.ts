import { compareUtf8 } from "./utf8.ts";

interface Node<V> {
  readonly key: string;
  readonly value: V;
  readonly left: Node<V> | undefined;
  readonly right: Node<V> | undefined;
  readonly height: number;
}

/**
 * A sorted map that never changes: every write gives a new map that shares
 * most of its nodes with the old one (an AVL tree with path copying). Holding
 * a map is holding a snapshot. Keys are in UTF-8 byte order.
 */
export class SortedMap<V> {
  readonly #root: Node<V> | undefined;

  private constructor(root: Node<V> | undefined) {
    this.#root = root;
  }

  static empty<V>(): SortedMap<V> {
    return new SortedMap<V>(undefined);
  }

  get(key: string): V | undefined {
    let node = this.#root;
    while (node !== undefined) {
      const order = compareUtf8(key, node.key);
      if (order === 0) return node.value;
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  set(key: string, value: V): SortedMap<V> {
    return new SortedMap(insert(this.#root, key, value));
  }

  delete(key: string): SortedMap<V> {
    const root = remove(this.#root, key);
    return root === this.#root ? this : new SortedMap(root);
  }

  /** Entries from `start` (included) to `end` (excluded); an empty bound is open. */
  *range(start: string, end: string): IterableIterator<[key: string, value: V]> {
    const path: Node<V>[] = [];
    let node = this.#root;
    while (node !== undefined || path.length > 0) {
      while (node !== undefined) {
        if (start !== "" && compareUtf8(node.key, start) < 0) {
          node = node.right;
        } else {
          path.push(node);
          node = node.left;
        }
      }
      const next = path.pop();
      if (next === undefined || (end !== "" && compareUtf8(next.key, end) >= 0)) return;
      yield [next.key, next.value];
      node = next.right;
    }
  }
}

function heightOf<V>(node: Node<V> | undefined): number {
  return node === undefined ? 0 : node.height;
}

function make<V>(key: string, value: V, left: Node<V> | undefined, right: Node<V> | undefined): Node<V> {
  return { key, value, left, right, height: Math.max(heightOf(left), heightOf(right)) + 1 };
}

function balance<V>(key: string, value: V, left: Node<V> | undefined, right: Node<V> | undefined): Node<V> {
  const difference = heightOf(left) - heightOf(right);
  if (difference > 1 && left !== undefined) return rotateRight(key, value, left, right);
  if (difference < -1 && right !== undefined) return rotateLeft(key, value, left, right);
  return make(key, value, left, right);
}

function rotateRight<V>(key: string, value: V, left: Node<V>, right: Node<V> | undefined): Node<V> {
  if (heightOf(left.left) >= heightOf(left.right)) return make(left.key, left.value, left.left, make(key, value, left.right, right));
  const pivot = left.right ?? left;
  return make(pivot.key, pivot.value, make(left.key, left.value, left.left, pivot.left), make(key, value, pivot.right, right));
}

function rotateLeft<V>(key: string, value: V, left: Node<V> | undefined, right: Node<V>): Node<V> {
  if (heightOf(right.right) >= heightOf(right.left)) return make(right.key, right.value, make(key, value, left, right.left), right.right);
  const pivot = right.left ?? right;
  return make(pivot.key, pivot.value, make(key, value, left, pivot.left), make(right.key, right.value, pivot.right, right.right));
}

function insert<V>(node: Node<V> | undefined, key: string, value: V): Node<V> {
  if (node === undefined) return make(key, value, undefined, undefined);
  const order = compareUtf8(key, node.key);
  if (order === 0) return make(key, value, node.left, node.right);
  return order < 0
    ? balance(node.key, node.value, insert(node.left, key, value), node.right)
    : balance(node.key, node.value, node.left, insert(node.right, key, value));
}

function remove<V>(node: Node<V> | undefined, key: string): Node<V> | undefined {
  if (node === undefined) return undefined;
  const order = compareUtf8(key, node.key);
  if (order < 0) {
    const left = remove(node.left, key);
    return left === node.left ? node : balance(node.key, node.value, left, node.right);
  }
  if (order > 0) {
    const right = remove(node.right, key);
    return right === node.right ? node : balance(node.key, node.value, node.left, right);
  }
  if (node.left === undefined) return node.right;
  if (node.right === undefined) return node.left;
  let successor = node.right;
  while (successor.left !== undefined) successor = successor.left;
  return balance(successor.key, successor.value, node.left, remove(node.right, successor.key));
}
