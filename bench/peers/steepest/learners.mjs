export const learners = {};
