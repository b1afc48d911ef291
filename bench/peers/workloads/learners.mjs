export const learnerWorkloads = () => [];
