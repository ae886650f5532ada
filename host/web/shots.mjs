import { chromium } from "playwright-core";
import { readdirSync, readFileSync } from "node:fs";
const url="http://localhost:8400", data="/tmp/app/data";
const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox"]});
const ctx=await b.newContext({baseURL:url,viewport:{width:1280,height:800}});
const email=`a${Date.now()}@example.com`, password="an engine of 1843";
const call=async(m,p,d)=>{const a=await ctx.request.fetch(`/api/v1${p}`,{method:m,...(d?{data:d}:{})}); if(!a.ok()) throw new Error(m+p+await a.text()); const t=await a.text(); return t?JSON.parse(t):undefined};
await call("POST","/accounts",{email,password,name:"Ada Lovelace"});
let token; for(let i=0;i<100&&!token;i++){ for(const f of readdirSync(data+"/mail")){const t=readFileSync(data+"/mail/"+f,"utf8").replace(/=\r?\n/g,"").replace(/=3D/g,"="); if(t.includes(email)){token=t.match(/verify-email\?token=([\w-]+)/)?.[1]}} await new Promise(r=>setTimeout(r,100)); }
await call("POST","/email-verifications/confirm",{token});
const page=await ctx.newPage();
page.on("console",m=>{if(m.type()==="error")console.log("console:",m.text().slice(0,200))}); page.on("pageerror",e=>console.log("pageerror",e.message));
await page.goto("/login"); await page.screenshot({path:"/tmp/shots/1-login.png"});
await page.getByLabel("E-mail").fill(email); await page.getByRole("textbox",{name:"Password"}).fill(password); await page.getByRole("button",{name:"Log in",exact:true}).click();
await page.waitForTimeout(4000); await page.screenshot({path:"/tmp/shots/2-first.png"});
console.log(page.url());
const sizes=await page.evaluate(()=>performance.getEntriesByType("resource").filter(r=>r.name.endsWith(".js")).map(r=>[r.name.split("/").pop(),r.encodedBodySize]));
console.log(sizes.reduce((a,s)=>a+s[1],0), sizes.length, sizes.sort((a,b)=>b[1]-a[1]).slice(0,8).join(" "));
const s=page.locator("main button").filter({hasText:"?"}).first(); console.log(await s.count());
if(await s.count()) { await s.click(); await page.waitForTimeout(700); await page.screenshot({path:"/tmp/shots/3-asked.png"}); await page.waitForTimeout(4000); await page.screenshot({path:"/tmp/shots/4-answer.png"}); console.log(page.url()); }
await page.setViewportSize({width:360,height:740}); await page.waitForTimeout(800); await page.screenshot({path:"/tmp/shots/5-narrow.png"});
await page.emulateMedia({colorScheme:"dark"}); await page.setViewportSize({width:1280,height:800}); await page.waitForTimeout(800); await page.screenshot({path:"/tmp/shots/6-dark.png"});
const p=page.url().split("/c/")[0];
await page.goto(p+"/files"); await page.waitForTimeout(2500); await page.screenshot({path:"/tmp/shots/7-files.png"});
const link=page.getByRole("link",{name:/cars.csv/}).first(); if(await link.count()){ await link.click(); await page.waitForTimeout(2500); await page.screenshot({path:"/tmp/shots/8-file.png"}); }
await page.emulateMedia({colorScheme:"light"});
await page.goto("/account/usage"); await page.waitForTimeout(2000); await page.screenshot({path:"/tmp/shots/9-usage.png"});
await page.goto(p+"/prompts"); await page.waitForTimeout(2000); await page.screenshot({path:"/tmp/shots/10-prompts.png"});
await b.close();
