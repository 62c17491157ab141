"""Small collections of citizens' messages for the tests, made up."""

ELEVATOR = [
    "兴业路三村的老楼没有电梯，我爸妈八十多岁上下楼太吃力，盼着早点加装电梯。",
    "请镇里帮兴业路三村协调加装电梯，一楼的住户不签字，事情一直拖着。",
    "兴业路三村12号楼想加装电梯，费用怎么分摊能不能给个标准？",
    "加装电梯是好事，兴业路三村符合条件的楼组应该优先安排。",
    "住在兴業路三村五樓，腿腳不好，什麼時候輪到我們加裝電梯？",
]
MIXER = [
    "丽泽苑旁边的混凝土搅拌站夜里不停工，灰尘噪音让人睡不着。",
    "丽泽苑对面新建了搅拌站，粉尘飘进家里，请环保部门查一查。",
    "为什么把搅拌站批在丽泽苑边上？几百户人家天天吃灰。",
    "举报：丽泽苑附近搅拌站没有降尘措施，货车半夜轰鸣。",
    "要求搬走丽泽苑门口的混凝土搅拌站，孩子已经咳了一个月。",
]
BUS = [
    "The 952 bus to Songfa Road comes only twice an hour in the morning.",
    "Please run the 952 bus along Songfa Road more often before eight.",
    "Bus 952 on Songfa Road is so full that children cannot get on.",
    "Why was the 952 bus stop on Songfa Road moved so far away?",
]
OTHERS = [
    "图书馆周末能不能开到晚上九点？",
    "长江路上的银杏树叶子掉光了，是不是该换个树种。",
    "社保卡丢了去哪里补办，要带什么材料？",
    "公园池塘里的鱼浮头了，建议换水。",
    "Could the swimming pool open on Mondays as well?",
    "去年体检报告一直没寄来。",
    "幼儿园报名系统打不开，验证码收不到。",
    "菜场二楼的自动扶梯坏了三个星期。",
]
ALL = ELEVATOR + MIXER + BUS + OTHERS


def together(found, texts):
    """The groups as sets of texts."""
    return {frozenset(texts[row] for row in group.members) for group in found.groups}
