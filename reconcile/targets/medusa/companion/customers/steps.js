/** Do something for one task after the other; one that fails does not keep the others from it. */
async function each(tasks, fail, work) {
  for (const task of tasks) {
    try {
      await work(task)
    } catch (error) {
      fail(task, error)
    }
  }
}

/**
 * Do something for all tasks at once, which takes a tenth of the time. A module does all that it is
 * given or nothing, so where it refuses, each is tried alone.
 */
async function atOnce(tasks, fail, work) {
  if (!tasks.length) return
  try {
    await work(tasks)
  } catch (error) {
    if (tasks.length === 1) fail(tasks[0], error)
    else await each(tasks, fail, (task) => work([task]))
  }
}

module.exports = { atOnce, each }
