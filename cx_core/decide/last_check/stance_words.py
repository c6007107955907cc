"""English for refusing, taking back, asking, conditions and alternatives. Of plain words: small, no short forms."""

from __future__ import annotations

import re

TIMES = (
    r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|satur|sat|sun)(?:day)?s?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)(?:[a-z]*(?:y|ch|il|e|st|r))?|\d{1,2}(?:st|nd|rd|th)"
    r"|\d{1,2}(?::\d\d)?(?:am|pm)|mornings?|afternoons?|evenings?|noon|lunch|lunchtime|midday|today|tonight|tomorrow"
    r"|christmas|easter)"
)
TIMES_OR = re.compile(rf"\b(?:an?|any) {TIMES} or (?:on )?(?:an?|any) {TIMES}\b|\b{TIMES},? {TIMES},? or {TIMES}\b")
"""Any of several times."""
ONLY_THEN = re.compile(
    r"\bonly (?:from|after|before|by|until|till|with|on|in|at)(?: (?:the|an?|first|last|about|around|of))*"
    rf" (?:{TIMES}|\d{{1,2}})\b"
)
"""A bound on time, which is checked as such."""
_ONLY = (
    r"\b(?:just|only|merely|simply|purely|solely)\b(?! (?:to )?let)(?:(?! (?:you|someone) (?:could|can"
    r"|would))[^.]){0,30}?"
)
ONLY_ASKS = re.compile(
    rf"{_ONLY}\b(?:asking|question|enquir\w+|inquir\w+|information|info|compar\w+|curious|curiosity"
    r"|wonder\w*(?! (?:if|whether) (?:you|i|we))|find out|figure out|explor\w+|sound\w*|idea|gather\w*|research\w*"
    r"|interested|thinking)\b"
)
"""What only wants to know."""
ONLY_KNOWS = re.compile(
    rf"{_ONLY}\b(?:know(?! (?:that|when it is|once))|understand\w*|tell me(?! (?:when|once|as soon)))\b"
)
"""The same, of something besides where the act is asked for: "I'd just like to know what that line is"."""
UNDECIDED = re.compile(
    r"\b(?:not|no|never|without) (?:\w+ ){0,3}?(?:decid\w+|decision|made up|certain|sure(?! (?:why|how|who"
    r"|where|what happened))|commit\w*|an order|binding)\b"
    r"|\b(?:i|we) (?:might|may)\b(?! have\b)|\bmaybe\b|\bperhaps (?:i|we)\b|\b(?:undecided|unsure|in two minds"
    r"|tempted|toying|considering)\b"
    r"|\b(?:tell|let|know|understand|hear|see|check|ask|confirm|explain|price|cost|quote|speak"
    r"|talk)\b[^.]{0,40}\bfirst\b(?! (?:of|thing|one|time|class|and)\b)"
    r"|\bfirst (?:tell|let|explain|confirm|check|ask)\b|\bbefore (?:you|i|we|anything|any) (?:do|does|change"
    r"|decide|commit|make|book|proceed|go ahead|agree|is|anything)\b"
    r"|\buntil (?:i|we|you|my) (?:\w+ )?(?:come back to|get back to|hear|tell|say|know|decide|confirm|let)\b"
    r"|\b(?:let you know|come back to you|get back to you|tell you (?:later|then|which|when)|confirm later"
    r"|think (?:it over|about it)|sleep on)\b"
    r"|\b(?:have to|need to|must|should|will|let me|going to|want to) (?:\w+ )?(?:ask|check with|speak (?:to|with)"
    r"|talk (?:to|with)|consult|discuss it with) (?:my|our|the|with)\b"
    r"|\bfor (?:now|the moment|the time being)\b|\bat this (?:stage|point)\b|\bas yet\b|\bhypothe\w+"
    r"|\bin theory\b|\bout of (?:interest|curiosity)\b"
)
PROPOSES = re.compile(
    r"\b(?:shall|should|may|can) (?:i|we|a colleague)\b|\bwould you like (?:me|us)\b|\bdo you want (?:me|us)\b"
)
ASKS_WHICH = re.compile(r"\b(?:which|what|when|where|who|how)\b[^.?]*$")
GREETS = re.compile(r"^dear\b[^,]*")
NOT = re.compile(r"\b(?:not|no|never|nothing|nobody|without|none)\b")
IDLE_NOT = re.compile(
    r"\b(?:do not|not to|never|no need to) (?:worry|hesitate|mind\b|forget|get me wrong|take this"
    r"|take it the wrong|reply"
    r"|answer|rush|hurry|apologi[sz]e)|^(?:but |and )?no (?:rush|hurry|problem|worries|trouble|matter)\b|\bif not\b"
)
WHY_NOT = re.compile(r"^why\b|\bwhy (?:not|do|don|can|could|did|was|is|has|have)\b")
TAKES_BACK = re.compile(
    r"\b(?:forget|ignore|disregard|drop|scrap|scratch|retract|undo|discard|skip|abandon|withdraw) (?:about |all "
    r"|of )*(?:it|this|that"
    r"|my|our|everything|what|all|the (?:above|request|whole))\b|\b(?:cancel|stop|strike|delete) (?:my|our|this"
    r"|that|the) (?:request"
    r"|message|enquiry|e-?mail|wish)\b|\b(?:request|message|enquiry|above)\b[^.]*\b(?:withdrawn|void|obsolete"
    r"|cancelled|invalid)\b"
    r"|\b(?:decided|opted|chose|chosen) (?:against|not to|to (?:keep|leave|stay|wait))\b|\breconsidered\b"
    r"|\bthought (?:better|again)\b"
    r"|\bthinking (?:about it|again|it over)\b|\breflect(?:ed|ion)\b|\b(?:rather|better) not\b"
    r"(?! (?:have the|get stung|pay|wait|miss)\b)"
    r"|\blet us (?:not|leave|forget)\b|\bnothing\b.{0,30}\b(?:to do|needed|necessary|required|to be done"
    r"|to change)\b|\bdo nothing\b"
    r"|\bdo not (?:\w+ )?(?:do )?anything\b|\bno (?:further )?action\b|\b(?:that|this|it) was (?:a|my"
    r"|our) (?:mistake|error|misunderstanding)\b"
    r"|\b(?:it|that|this|all|everything|matter|issue|problem)(?: is| has been| has| got| gets)?(?: now| all"
    r"| already| since| been)*"
    r" (?:sorted|resolved|solved|fixed|settled|cleared|dealt with|handled|taken care of|works again|working again)\b"
    r"|\b(?:dealt|deals|dealing) with it\b|\bi (?:have )?(?:found|managed|sorted|fixed|solved) (?:it|that|this"
    r"|them)\b|\btoo (?:fast|hasty|quick)\b"
    r"|\b(?:hold|pause|park) (?:this|it|that|everything|off)\b|\bput (?:this|it|that|everything) (?:off\b(?! to)"
    r"|on hold|aside)"
    r"|\bfalse alarm\b"
)
ONCE = re.compile(r"\b(?:when|once|until|till|as soon as|whenever|by the time)\W*$")
"""In front of what is to come: "tell me when it is fixed"."""
WELL = re.compile(
    r"\bstill (?:fine|ok|okay|good|works|suits|stands|booked|valid|come|comes)\b|\bsuits? (?:me|us)\b"
    r"|\b(?:am|are) (?:\w+ )?(?:happy|content|pleased|satisfied|glad) with\b"
)
"""What is well as it stands, or would be."""
CONTENT = re.compile(
    r"\b(?:is|are) (?:perfectly |quite )?(?:fine|good|right) (?:as|the way|where)\b|\blive with\b|\bno reason to\b"
    r"|\bnever (?:my|our) intention\b|\b(?:nobody|no one|never) (?:has )?(?:asked|wanted|told you)\b|\bonly fair\b"
    r"|\b(?:is|was|were|are) (?:correct|justified|legitimate|in order|only fair|my own|our own)\b|\brecogni[sz]e\b"
    r"|\bturned out (?:to be )?(?:fine|ok|okay|good|all right|alright)\b|\b(?:is|are) not (?:mine|ours|my|our)\b"
    r"|\b(?:i|we)(?: have)? already (?:have|had|got|use|received)\b|\balready (?:returned|refunded|reversed"
    r"|reimbursed)\b"
    r"|\bstill (?:come|go|be)\b.*\b(?:old|present|same|usual|first)\b"
    r"|\b(?:have|got) (?!pa(?:y|id)\b)\S+(?: \S+){0,2} already\b"
    r"|\btoo (?:expensive|dear|slow)\b"
    r"|\b(?:prefer|rather have) .+ (?:to|than|over|instead of) (?:a|an|another|any|the)\b"
    r"|\b(?:is|are) not what (?:i|we) (?:need|want|asked|ordered)\b"
)
"""What is well as it stands, or not wanted."""
STILL = re.compile(r"\b(?:still (?:want|need|require)|(?:has to|have to|must) (?:take place|go ahead|come|happen))\b")
"""What is wanted as before."""
HALT = re.compile(
    r"(?:(?:no|oh|please|sorry|ok|okay|hey|but|actually) )*(?:stop|wait|hang on|hold on)(?: (?:it|that|this"
    r"|please|a (?:moment|minute|second)|there))?\W*"
)
CHANGED_MIND = re.compile(r"\bchanged? (?:my|our) minds?\b|\bsecond thoughts?\b")
KEEP = re.compile(
    r"\b(?:keep|keeping|leave|leaving|stick|sticking|stay|stays|staying|remain|remains|hang on|hold on to|hanging on)\b"
)
KEPT = re.compile(
    r"\W*$| (?:it|this|that|them|things|everything|all|me|us|my account)?(?: ?\w+)? ?(?:as|how|where|with|on|at"
    r"|to|the way|alone|be|put"
    r"|unchanged|please|then|instead)\b(?! (?:a|the) (?:neighbou?r|porch|doorstep|door|safe|shed))| (?:it|this"
    r"|that|them|everything|things)\b\W*$"
    r"| (?:the|my|our) (?:old|present|current|existing|original|same|first|previous)\b"
)
OF_ITSELF = frozenset(("stay", "stays", "staying", "remain", "remains"))
"""What a thing does of itself."""
SUBJECT = re.compile(
    r"(?:^|\b(?:and|but|so|because|as|since|that) )"
    r"(?P<what>(?!(?:and|but|so|because|as|since|then|ones?|it|this|that|they|these|those|all|everything|things|i|we|you"
    r"|please|kindly|let|just|to|the (?:rest|others?))\b)[a-z][\w' -]*?)"
    r"(?P<can> (?:can|could|may))?(?: (?:should|shall|will|must|does|do|is|are|has to|have to))?"
    r" (?:just |simply |also |of course )?$"
)
"""What stands before the verb of a clause, where it is a thing or somebody and none of us."""
SOMEBODY = frozenset(("he", "she", "whoever", "somebody", "someone"))
OF_NOW = re.compile(r"\b(?:current|old|original|present|existing|usual|first|date|day|time|mine|ours|\w+day)\b")
"""A subject that may be what the step would change."""
POLITELY_DROPS = re.compile(
    r"\b(?:can|could|would|will) (?:you|someone|somebody)\b[^.;]{0,30}?"
    r"\b(?:drop|scrap|scratch|withdraw|take back) (?:it|them|the)\b"
)
"""What asks for something to be taken away, where the act takes it: "would you be so good as to drop it"."""
AS_BEFORE = re.compile(
    r"\b(?:come|comes|happen|go|goes|arrive|remain|be|is) as (?:agreed|planned|arranged|booked|ordered|usual)\b"
)
THAT_ONE = re.compile(r"\b(?:that|this) one\b")
THOSE = re.compile(r"^(?:(?:and|but|so) )?(?:those|these)\b|\bthere\W*$")
"""The same, where the thing was named in the same sentence."""
NOT_KEPT = re.compile(
    r"\b(?:not|never)(?: \w+)? (?:keep|keeping|leave|stay)|\b(?:rest|else|others?|remaining|remainder)\b"
    r"|\byou(?: lot| people| guys)? (?:just |always |still )?keep\b|\bkeeps? (?:(?:on|me|us) )?\w+ing\b"
    r"|\bused to keep\b"
    r"|\b(?:keep (?:me|us) (?:posted|updated|informed|in the loop)|stay(?:ing)? (?:at|in|here|up|home)"
    r"|leave (?:from|for|at)\b)"
)
NEGATED_ACT = re.compile(
    r"(?P<far>\b(?:i|we) (?:am|are|was|were|will|would|shall|should|must|may|might) not(?! have (?:been|happened)) "
    r"|\b(?:(?:is|are|was|were) not to|(?:must|should|may|shall) not) be "
    r"|\b(?:(?:do|does|did) not (?:intend|agree|ask|request|mean|wish|plan)|never (?:agreed|asked|requested|wanted)) "
    r"|\b(?:refrain from|under no circumstances|on no account|in no case) )"
    r"|\b(?:need not|no need (?:for you )?to|do not (?:have|need) to|not necessary to|please not(?: to)?"
    r"|(?<!it )(?<!they )(?<!he )(?<!she )never) "
    r"|(?P<bare>(?:^|\b(?:please|kindly|and|but|so|just|then|also|actually|now|no|oh)\s)do not\b)"
    r" ?(?:(?:you dare|please|just|ever|even|bother to|go and|go ahead and) )?"
)
NOT_WANTED = re.compile(
    r"\b(?:(?:do|does|did|would|will|shall) not (?:really |actually )?(?:want|need|wish|like|require|care for)(?: for)?"
    r"|(?P<longer>no longer (?:want|need|require))) ?"
)
FRONTED = re.compile(
    r"(?:(?:and|but|so|also|just) )*(?:(?:the|a|an|any|my|your|new) )*"
    r"(?P<what>(?!(?:it|that|this|them|those|these|which|what)\b)\w+(?: \w+)?) (?:i|we) (?:really |also )?$"
)
"""What stands in front of its own "I do not want": "the money I don't need"."""
NO = re.compile(
    r"(?:^|^(?:but|and|so|please|also|just|then|i want|we want) |\b(?:want|send|make|please) )(?:no|not an?|no more)"
    r" (?!problem|idea|doubt|one\b|longer|need|\w+ (?:\w+ )?(?:received|arrived|came|yet|so far|has|have|was|is"
    r"|got|to be found))"
)
BACK = re.compile(r"\b(?:send|give|hand|post|ship|take|bring)\w* [^.]*\bback\b")
OUTCOME_LEAD = r"(?:(?:a|an|any|the|another|more|further|other|new|my|your|it|that|this|phone|copy of|such) ){0,3}"
DO_IT = re.compile(r"\b(?:do (?:it|that|this|so)|go ahead|proceed|as i (?:asked|said))\b")
WISH = re.compile(
    r"\b(?:please|kindly|pls|plz|can|could|would|will you|want|need|like to|must|have to|should|shall|may|grateful|wish"
    r"|request|possible|chance|let us|let me|instead|hereby|ought|appreciate|demand|expect|rather)\b"
)
IMPERATIVE = re.compile(
    r"(?:(?:so|and|but|then|just|now|yes|ok|okay|instead|simply) ){0,2}(?!i\b|we\b|you\b|it\b|the\b|my\b)\w+ "
)
UNREAL = re.compile(
    r"\b(?:was|were) (?:about|going) to\b|\b(?:nearly|almost) \w+ed\b|\bthought (?:about|of)\b|\bhad (?:asked|wanted)\b"
    r"|\b(?:asked|wanted|meant|tried)(?! to (?:ask|know|check|see|find|let|say))\b[^.]*\bbut\b"
)
IF = re.compile(
    r"\b(?:if|unless|provided|providing|as long as|so long as|assuming|subject to|in case|in the event|on condition"
    r"|only (?:when|once|after|with)|but not when|not before (?:i|you|we|my)|depends on|depending on"
    r"|otherwise (?=please|leave|keep|cancel|do not|forget|i would|i want|i shall|i will|just|give|send|no\b"
    r"|nothing|let)"
    r"|on the (?:understanding|condition"
    r"|assumption)|conditional|contingent|in which case|or else)\b"
    r"|^(?:but |and )?should (?:it|this|that|the|there|they|nothing|anything|my|your|you)\b|^(?:and "
    r"|but )?once (?!more|again)"
)
POLITE = re.compile(
    r"\bif (?:you|i|we|someone|somebody|one|a|an)\b(?: (?!not\b|can not\b)\w+){0,3}?"
    r"(?: (?:can|could|would|will|want|like|may|might))?(?: be so (?:good|kind))?(?: to| please| possibly| just"
    r"| only)? ?(?=\W*$|\w)"
)
COURTEOUS = re.compile(
    r"\b(?:would|will|'d) (?:\w+ ){0,2}?(?:help|be|mean|suit|make|appreciate|prefer|welcome)(?: \w+){0,4}? if\b"
    r"|\b(?:easier|better|best|simpler|nicer|quicker|pleased|delighted|thankful) if\b"
)
OF_THEIR_OWN = re.compile(
    r"^(?:(?:and|but|so) )?(?:i|we) (?:still |also )?"
    r"(?:(?:can|could) (?!have\b)|have (?:still )?(?:got )?(?:the|a|an|all|some|it|them)\b)"
    r"(?P<what>[^.;]*?)\bif\b"
)
"""What they could do, or have, on a condition."""
AS_LONG_AS = re.compile(r"\b(?:as|so) long as\b")
INDIRECT = re.compile(
    r"\b(?:wonder(?:ing|ed)?|ask(?:ing)?|see|check|know|say|tell me|sure|mind|question|unsure|clear) (?:if|whether)\b"
)
ASKS = re.compile(
    r"(?:and |but |so |also )?(?:what|how|who|when|where|which|why|is|are|was|were|do|does|did|has|have|had|will|would"
    r"|could|can|am|may)\b"
)
INFORMS = re.compile(
    r"^say\b|"
    r"(?:^|[,;:-] ?|\b(?:and|but|so|just|hi|hello|hey|please|interest) )(?:what|how|who|when|where|why"
    r"|until when|up to when|by when"
    r"|for how|in what|on what|which|roughly how)\b(?! about\b| a (?:shame|mess))"
    r"|^(?:do|does|is|are|am|will|would|suppose|has|have)\b(?! there (?:\w+ ){1,3}you (?:can"
    r"|could)\b)(?!(?: \w+){0,2} (?:you|someone|somebody|anyone|possible))"
    r"[^?]*\b(?:cost|charge|charged|pay|fee|free|long|hard|easy|allowed|entitled|get|go|problem|normally|usually"
    r"|offered"
    r"|even|keep|covered|better|faster|cheaper|still)\b"
    r"|\b(?:see|know|find out|check|hear) (?:whether|if|where|what|when|how|why)\b(?! (?:you|we|i|someone"
    r"|somebody) (?:can|could))"
    r"|\b(?:tell me|inform me|let me know|explain|run me through|like to know|want to know) (?:\w+ )?(?:of "
    r"|about |by )?"
    r"(?:what|how|when|why|the (?:conditions|rules|price|cost))\b"
)
ASKS_FOR = re.compile(
    r"\byou (?:can|could) (?:send|give|do|e?mail|post)\b"
    r"|\b(?:can|could|would|will|may|might|shall|should)(?: not)? (?:you|we|i|us|he|she|they|someone|somebody|anyone"
    r"|one of|the|my|our|your|a|an|it|this"
    r"|that|\w+day|there be)\b|\b(?:possible|chance|any way|how about|what about|please|kindly|pls|instead|ok"
    r"|okay|alright|mind|suit|perhaps"
    r"|do me a favour|surely|let us|make it)\b"
)
"""A question that asks for something to be done."""
WHEN_YOU = re.compile(
    r"\b(?:when|what time|how soon|which day|why) (?:can|could|will|would|do) (?:you|someone|somebody"
    r"|one of you)\b(?! (?:usually|normally|generally|typically|ever)\b)|\bwhy (?:not|do you not)\b"
)
TROUBLE = re.compile(
    r"\b(?:not|no|never|nothing|broken|broke|damaged|faulty|defective|wrong|missing|dead|late|twice|double"
    r"|cracked?|smashed"
    r"|away|mistake|lost|moved|can only)\b"
)
OR = re.compile(
    r"\bor\b(?! (?:so|not|later|earlier|sooner|after|before|thereabouts|something|anything|any\b|anyone|whatever"
    r"|similar"
    r"|more|less|two|both|even|nothing|near|how|when|what|whether|by e?-?mail|e-?mail|phone|text|i (?:will|am"
    r"|shall)|is|are"
    r"|do|does|was|were|no\b)\b)"
)
LEFT_TO_US = re.compile(
    r"\b(?:either (?:day|one|way|is|are|would|will|works|suits|of)|whichever|both (?:are|work|would|suit|fine)"
    r"|do not mind"
    r"|up to you|you (?:can |may )?(?:choose|decide|pick)|as you (?:like|wish)|(?:am|are) (?:free|available|home|in)\b"
    r"|(?:suits?|works?|good|fine|okay|ok) (?:for )?(?:me|us)|would (?:both |all )?(?:do|suit|work|be fine|be good))\b"
)
