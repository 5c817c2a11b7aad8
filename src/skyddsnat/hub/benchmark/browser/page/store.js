// What stays on this device: key files, drafts and own earlier values, each locked; nothing of it is ever sent.
const NAME = "skyddsnat-bench";
const STORES = ["files", "unlocked", "own"];

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => STORES.forEach((store) => asked.result.createObjectStore(store));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function act(store, mode, how) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const asked = how(opened.transaction(store, mode).objectStore(store));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    opened.close();
  }
}

export const get = (store, key) => act(store, "readonly", (kept) => kept.get(key));
export const put = (store, key, value) => act(store, "readwrite", (kept) => kept.put(value, key));
export const remove = (store, key) => act(store, "readwrite", (kept) => kept.delete(key));
export const names = (store) => act(store, "readonly", (kept) => kept.getAllKeys());
