export const other = 'a chunk with a number, release-one';
