export const writePage = () => "none";
