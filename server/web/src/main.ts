import { createApp } from 'vue';
import App from './App.vue';
import { readConfig } from './config';
import './style.css';

// Each in a task of its own, so that none is long on a slow phone.
void readConfig();
setTimeout(() => createApp(App).mount('#app'));
