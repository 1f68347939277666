/**
 * A type of Google's published clients without its `null`s: the API leaves an absent field out, and the nulls of the
 * generated types would have to be handled where they can never be. `undefined` may be written out: it says that a
 * field is wanted absent.
 */
export type Shape<T> = T extends readonly (infer Item)[]
  ? Shape<Item>[]
  : T extends object
    ? { [Key in keyof T]: Shape<Exclude<T[Key], null>> | undefined }
    : T;
