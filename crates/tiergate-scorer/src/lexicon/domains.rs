//! Vocabulary of fields where a wrong answer is likelier: software, mathematics, the sciences,
//! law, medicine, finance and the humanities; and file endings.

use super::Category::{self, Code, Extension, Finance, Humanities, Law, Maths, Medicine, Science};

pub(super) const WORDS: &[(Category, &str)] = &[
    (
        Code,
        "limiting compiler compilateur compilador compilatore компилятор elixir ocaml node nodes presence staging monorepo images elasticsearch highlighting background jobs authentifizierung datenbankmigrationen hintergrundjobs integrationstests lexicale syntaxique typage langage autenticación autenticação autenticazione migraciones bytes byte suite",
    ),
    (
        Medicine,
        "murmur embolic lesions regimen doses indications complications fever criteria antibiotics infarction",
    ),
    (
        Law,
        "antitrust merger mergers producers competition authorities authority remedies standards treaty sanctions warranty warranties",
    ),
    (
        Medicine,
        "trial trials randomized randomised endpoints placebo cohort elderly impairment monitoring",
    ),
    (
        Code,
        "operator crds reconcile exponential backoff retries drag express react zod validation callers migration migrations login containers cluster clusters",
    ),
    (
        Code,
        "python javascript typescript rust golang java kotlin swift ruby php perl scala haskell c++ sql bash shell html css react django flask rails node nodejs spring kubernetes docker terraform ansible postgres postgresql mysql sqlite redis kafka rabbitmq mongodb graphql grpc http https websocket oauth jwt api apis sdk cli",
    ),
    (
        Code,
        "function functions method methods class classes struct struct enum trait interface module package library framework compiler interpreter variable array arrays string strings integer boolean loop recursion recursive pointer heap stack queue thread threads mutex lock locks lock-free async await coroutine goroutine goroutines callback promise regex parser parse serialize deserialize endpoint endpoints server client backend frontend database databases table tables query queries index indexes transaction transactions cache caching commit git branch merge repository repo codebase unit tests test pytest junit cargo npm webpack json yaml xml csv dockerfile pipeline deploy deployment ci algorithm algorithms data-structure hashmap dictionary linked binary tree graph script snippet exception error runtime compile debugger lint linter pull request lambda closure generic generics orm middleware fn def func const mut impl enum println printf stdout stderr microcontroller firmware kernel driver",
    ),
    (
        Code,
        "funktion klasse methode datenbank abfrage algorithmus skript schnittstelle fonction classe méthode requête algorithme serveur función clase método consulta algoritmo servidor función base datos função classe consulta banco dados servidor funzione metodo interrogazione algoritmo функция функцию функции класс класса метод алгоритм алгоритма запрос сервер сервис базы базу данных код кода скрипт",
    ),
    (
        Code,
        "lexer pratt tokenizer checker inference rate-limiter limiter atomic atomare redis sliding websocket threads bibliothek pruebas unitarias integración esquema schéma tests verrous файл файлы сборка тест тесты ноды узел узлы клиент клиента сервиса testes esquema schnittstellen 测试 多线程 互斥锁 内存 无锁 框架 部署 テスト 実装 並列 メモリ 테스트 스크립트 서비스 اختبارات الخادم",
    ),
    (
        Code,
        "函数 代码 算法 数据库 接口 服务器 线程 缓存 脚本 编译 変数 関数 コード データベース サーバー アルゴリズム クラス スレッド 함수 코드 알고리즘 데이터베이스 서버 클래스 스레드 دالة كود خوارزمية قاعدة خادم برنامج फ़ंक्शन फंक्शन कोड एल्गोरिदम डेटाबेस सर्वर प्रोग्राम",
    ),
    (
        Maths,
        "integral integrals derivative derivatives differential equation equations polynomial polynomials matrix matrices eigenvalue eigenvalues vector vectors determinant topology topological manifold homomorphism isomorphism group subgroup ring field abelian cyclic modulo prime primes congruent integer integers rational irrational complex real function continuous differentiable convergent convergence divergent series sequence limit supremum infimum bounded compact metric banach hilbert measure probability random variance expectation distribution gaussian bayesian posterior likelihood markov stochastic combinatorics permutation permutations combinations factorial triangle circle radius polygon hexagon perpendicular parallel angle angles cosine sine tangent logarithm exponent quadratic cubic roots root divisible divisor remainder digits coefficient asymptotic asymptotics injective surjective bijective kernel basis dimension orthogonal tensor gradient jacobian hessian convex",
    ),
    (
        Maths,
        "equality regularity estimator unbiased biased parameter parameters asymptotically covariance fisher inequality inequalities theorem bound bounds lower upper algebraic algebra geometry geometric calculus lim infinite finite subset sets irrational ordered pairs positive suite suites bornée bornés espaces métriques réels sucesión acotada reales endlich endliche gruppe reihe folge beschränkt последовательности ограниченная группа конечная",
    ),
    (
        Maths,
        "gleichung gleichungen ableitung matrix wahrscheinlichkeit primzahl primzahlen stetig stetige funktion konvergent équation équations dérivée intégrale matrice probabilité continue ecuación ecuaciones derivada integral matriz probabilidad primo continua función equação equações derivada matriz probabilidade contínua equazione equazioni derivata integrale matrice probabilità continua уравнение уравнения производная интеграл матрица матрицы вероятность простых непрерывная функция последовательность",
    ),
    (
        Maths,
        "方程 积分 导数 矩阵 概率 素数 连续 收敛 有限群 多项式 向量 函数 方程式 積分 微分 行列 確率 素数 連続 収束 関数 방정식 적분 미분 행렬 확률 소수 연속 수렴 معادلة تكامل مشتقة مصفوفة احتمال عدد أولي समीकरण समाकलन अवकलन आव्यूह प्रायिकता अभाज्य",
    ),
    (
        Science,
        "velocity acceleration momentum kinetic potential energy force newton joule joules watt voltage current resistance resistor capacitor circuit impedance inductance magnetic electric field photon electron electrons proton neutron quantum wavefunction wavelength frequency hz entropy enthalpy thermodynamic thermodynamics adiabatic isothermal pressure viscosity fluid turbulent laminar reynolds stress strain beam torque steel heat transfer temperature kelvin gas ideal reaction equilibrium molar moles molarity acid base ph oxidation redox catalyst enzyme enzymes protein proteins dna rna gene genes allele genome chromosome mitosis meiosis organism species evolution cell cells membrane mitochondria photosynthesis ecosystem isotope radioactive nucleus orbital bond covalent ionic polymer spectroscopy nmr relativity gravitational orbit stellar galaxy semiconductor transistor amplifier bandwidth signal fourier laplace transfer",
    ),
    (
        Science,
        "geschwindigkeit beschleunigung energie kraft quanten temperatur vitesse accélération énergie force quantique velocidad aceleración energía fuerza cuántica velocidade aceleração energia força quântica velocità accelerazione forza quantistica скорость ускорение энергия сила квантовая 量子 能量 速度 温度 化学 物理 反应 量子力学 エネルギー 速度 温度 化学 物理 에너지 속도 온도 양자 طاقة سرعة كمية ऊर्जा वेग क्वांटम",
    ),
    (
        Law,
        "plaintiff defendant statute statutes statutory tort negligence liability contract contracts breach jurisdiction constitutional constitution amendment court courts appeal appellate judge jury felony misdemeanor prosecution evidence hearsay testimony warrant easement covenant conveyance deed testator trust trustee beneficiary estate probate lease landlord tenant consideration promissory injunction damages indemnity clause arbitration patent copyright trademark antitrust fiduciary due process equal protection common law criminal homicide burglary larceny lawyer attorney counsel gdpr",
    ),
    (
        Law,
        "termination wilful supplier jurisdictions wording cases clauses legislation regulation regulations enforceable enforceability remedies remedy obligations supplier licence license licensing employment dismissal tenancy inheritance divorce custody immigration visa",
    ),
    (
        Law,
        "klage kläger beklagter gesetz vertrag haftung gericht klausel tribunal contrat loi plaignant clause juridique demanda demandante ley tribunal cláusula jurídico contrato lei cláusula tribunale legge clausola contratto истец ответчик закон суд договор статья 法律 合同 原告 被告 法院 条款 法律 契約 原告 被告 裁判 条項 법률 계약 원고 피고 법원 조항 قانون عقد محكمة कानून अनुबंध न्यायालय",
    ),
    (
        Medicine,
        "patient patients symptom symptoms diagnosis differential prognosis treatment therapy therapeutic dose dosage drug drugs pharmacology mg kg contraindicated contraindication hypertension diabetes insulin renal hepatic cardiac pulmonary lesion tumor carcinoma cancer infection antibiotic antibiotics virus viral bacterial bacteria vaccine immune antibody inflammation syndrome chronic acute biopsy serum plasma creatinine hemoglobin anemia fever pain chest abdominal nausea surgery surgical artery arterial vein nerve neural cortex thyroid hormone pregnancy fetal pediatric clinical anatomy muscle disease disorder psychiatric depression schizophrenia stroke",
    ),
    (
        Medicine,
        "apixaban anticoagulant fibrillation kidney troponin ecg ct mri sepsis pneumonia asthma thrombosis embolism hemorrhage resuscitation intensive oncology pathology epidemiology allergy allergic pregnant child mg ml",
    ),
    (
        Medicine,
        "patientin symptome diagnose behandlung dosierung krankheit symptômes traitement posologie maladie síntomas tratamiento dosis enfermedad sintomas tratamento doença sintomi trattamento dose malattia симптомы диагноз лечение дозировка болезнь пациент 症状 诊断 治疗 剂量 疾病 患者 診断 治療 投与 病気 증상 진단 치료 용량 질병 أعراض تشخيص علاج جرعة مرض लक्षण निदान उपचार खुराक रोग",
    ),
    (
        Finance,
        "bond bonds yield coupon equity equities dividend dividends portfolio hedge hedging derivative derivatives option options futures swap swaps volatility arbitrage valuation npv irr wacc cash flow amortization depreciation liabilities asset assets balance sheet income statement revenue earnings ebitda capital budgeting discount rate interest compounded mortgage loan principal annuity inflation gdp monetary fiscal elasticity monopoly oligopoly marginal utility demand supply equilibrium price cost costs profit tax taxes taxable audit accounting accrual invoice stock stocks shares investor investment risk-free treasury exchange currency tariff market markets economy economics",
    ),
    (
        Finance,
        "callable convexity duration swaption swaptions parallel steepening ratios residual corporate collateral liquidity solvency merger acquisition private leverage ifrs gaap vat withholding pension",
    ),
    (
        Finance,
        "zins zinsen rendite aktie aktien bilanz steuer steuern umsatz intérêt rendement bilan impôt actions interés rendimiento balance impuesto acciones juros rendimento imposto ações interesse bilancio imposta azioni процент доходность баланс налог акции 利率 收益率 股票 税 资产 负债 金利 利回り 株式 税金 資産 이자율 수익률 주식 세금 자산 فائدة أسهم ضريبة ब्याज कर शेयर",
    ),
    (
        Humanities,
        "philosophy philosophical ethics ethical moral morality utilitarian utilitarianism kant kantian aristotle plato hume epistemology metaphysics ontology phenomenology dialectic empire dynasty revolution colonial colonialism treaty medieval renaissance enlightenment century centuries historian historical sociology sociological anthropology anthropologist cultural culture religion religious theology theological buddhist islamic christian literature literary novel poet rhetoric linguistic linguistics grammar syntax semantics psychology psychological cognitive behaviorism freud piaget conditioning stimulus motivation personality theory theorist political politics democracy liberalism marxism nationalism sovereignty diplomacy war archaeological fallacy premise premises argument valid logic predicate",
    ),
    (
        Humanities,
        "philosophie ethik geschichte philosophie éthique histoire filosofía ética historia filosofia história etica storia философия этика история 哲学 伦理 历史 哲学 倫理 歴史 철학 윤리 역사 فلسفة أخلاق تاريخ दर्शन नैतिकता इतिहास",
    ),
    (
        Extension,
        "rs py js ts tsx jsx go java kt swift rb php c h cc cpp hpp cs scala hs ex exs erl clj lua r sql sh bash ps1 yaml yml toml json xml html css scss md txt csv tsv log ini cfg conf lock proto tf gradle vue svelte ipynb dart zig",
    ),
];
