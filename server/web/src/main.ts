import { createApp } from 'vue';
import App from './App.vue';
import { readConfig } from './config';
import './style.css';

void readConfig();
createApp(App).mount('#app');
