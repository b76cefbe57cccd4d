/**
 * Words that say nothing of what is asked, by language. None that another of these languages means something by: `pour`,
 * `son` and `come` are missing for it.
 */
export const COMMON_WORDS: Record<string, string> = {
  en:
    'a an and are as at be been being but by can could did do does for from had has have he her his how i if in into is it its me my ' +
    'of on or our she so than that the their them then there these they this those to us was we were what when where which ' +
    'who whom whose why will with would you your',
  de:
    'aber als am an auch auf aus bei bin bis das dass dem den der des dich die du durch ein eine einem einen einer eines er es für ' +
    'habe haben hat ich ihr im in ist kann man mein mit nach nicht noch oder sein sich sie sind so über um und uns unter vom von ' +
    'vor wann warum was welche welcher welches wenn wer werden wie wir wird wo zu zum zur',
  fr:
    'au aux avec avez avoir ce ces cet cette combien dans de des du elle elles en est et êtes être il ils je la laquelle le lequel les ' +
    'leur leurs ne nos notre nous ont où pas pourquoi peut peux quand que quel quelle quelles quels qui quoi se si sommes sont suis ' +
    'sur tu un une vos votre vous',
  es:
    'al como cómo con cuál cuáles cuándo cuánta cuántas cuánto cuántos de del dónde el ella ellos en es esta está están este estos hay ' +
    'la las le les lo los más mi mis muy nuestra nuestro os para pero por puede pueden puedo que qué quién quiénes se ser su sus ' +
    'te tengo tiene tienen tu tus un una unas unos usted ustedes y',
  it:
    'ai al alla alle avete che chi ci con cosa da dal dalla degli dei del della delle dello di dove e è gli hanno ho il la le lo mia mio nei ' +
    'nel nella nelle non nostra nostro perché posso possono può quale quali quando quanta quante quanti quanto questa questo si ' +
    'siamo siete sono sua sul sulla suo un una uno vi vostra vostre vostri vostro',
  pt:
    'ao aos às com como da das de do dos e é em está estão esta este há isso isto mais meu minha na nas não nos o onde os para pela pelo pode ' +
    'podem por posso quais qual quando quanto que quem são se ser seu seus sua suas tem têm um uma umas uns você vocês',
  nl:
    'aan als bij dan dat de deze die dit een er geen heb hebben hebt heeft het hij hoe hun ik je jij jullie kan kunnen kunt maar met ' +
    'mijn naar niet nog om ons onze ook op te uit uw van voor waar waarom wanneer wat we wel welk welke wie wij wordt worden ze ' +
    'zij zijn',
};
