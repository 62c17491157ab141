"""The words of the town and of its work, in one place. All in normal form."""

# Words a general dictionary tears apart (淞 | 南镇), or does not hold.
TOWN_WORDS = (
    "淞南镇",
    "淞南",
    "宝山区",
    "淞企通",
    "淞南发布",
    "政务公开",
    "政府信息公开",
    "政府开放日",
    "政府开放月",
    "主动公开",
    "依申请公开",
    "重大行政决策",
    "决策草案",
    "征求意见稿",
    "听证会",
    "座谈会",
    "镇长办公会",
    "公众代表",
    "政策解读",
    "精准推送",
    "民心工程",
    "实事项目",
    "加装电梯",
    "电动自行车",
    "旧住房",
    "美丽家园",
    "美丽街区",
    "生活圈",
    "智慧菜场",
    "早餐工程",
    "预决算",
    "专项资金",
    "居民区",
    "居务公开",
    "一网通办",
    "随申办",
    "好差评",
    "社区事务受理中心",
)

# Each group says one thing in several ways: what residents type, and what documents write.
SYNONYM_GROUPS = (
    ("加梯", "加装电梯", "增设电梯"),
    ("电瓶车", "电动自行车", "电动车"),
    ("居委会", "居民委员会", "居委"),
    ("业委会", "业主委员会"),
    ("旧改", "旧住房更新改造", "旧房改造"),
    ("补贴", "补助", "资助"),
    ("征求意见", "征集意见", "听取意见", "公开征集", "意见征集"),
    ("菜市场", "菜场"),
    ("报名", "参加", "预约"),
    ("医保", "医疗保险"),
    ("养老院", "养老机构", "敬老院"),
    ("预算", "预决算"),
    ("动迁", "拆迁", "征收补偿"),
    ("低保", "最低生活保障"),
    ("听证", "听证会"),
    ("开放日", "政府开放日"),
    ("卫生院", "社区卫生服务中心"),
)

_ASKING = """
    的 了 和 与 及 或 在 是 有 吗 呢 吧 啊 呀 么 什么 怎么 怎样 怎么样 如何 怎么办
    哪些 哪里 哪儿 哪个 谁 何时 什么时候 多少 几 可以 能 能否 可否 是否 我 我们 咱们 你 您
    请 请问 想 要 关于 对于 对 为 为了 以及 等 就 都 也 还 一下 需要 应该 会 被 把 让 给
    从 到 去 来 这 那 这个 那个
    a an and are at by can do does for from how i in is it my of on or the to what when
    where which who why with you your
"""

# Words a question is put in, which say nothing of what is asked.
STOP_WORDS = frozenset(_ASKING.split())
