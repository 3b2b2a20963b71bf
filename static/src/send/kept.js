/** Takes that the school has not said "received" to. They outlive a reload, in this browser alone. */
const STORE = "takes";

export const keep = (take) => run("readwrite", (store) => store.put(take));
export const forget = (key) => run("readwrite", (store) => store.delete(key));

/** This user's unsent takes of one exercise, newest first. */
export async function unsent(user, exercise) {
  const all = await run("readonly", (store) => store.getAll());
  return all.filter((take) => take.user === user && take.exercise === exercise).sort((a, b) => b.at - a.at);
}

async function run(mode, ask) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("woodshed", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
