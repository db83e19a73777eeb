import './later.css';

export const text = 'asked for later, release-one';
