// How MiniSearch is set up, when its index is made and when it is read: with options its README shows.

export const MINISEARCH = {
  idField: "url",
  fields: ["title", "text"],
  storeFields: ["title"],
  searchOptions: { boost: { title: 2 }, prefix: true, fuzzy: 0.2 },
};
