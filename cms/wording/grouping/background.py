"""
What any collection of citizens' messages is full of, and so tells no matter from another. In a
large collection the counts say it as well; a small one has too few texts to show it.
"""

# Words that stand between the words of the matter. Of Chinese ones only characters that are
# hardly ever part of another word, and pairs.
EMPTY_LETTERS = "的了吗呢啊吧呀嘛们我你您这那是很也"
EMPTY_WORDS = """
    您好 你好 尊敬 敬爱 希望 谢谢 感谢 请问 觉得 认为 应该 应当 可以 能够 能否 是否 如何 什么
    怎么 怎样 没有 不是 还是 就是 但是 因为 所以 如果 而且 或者 以及 关于 对于 由于 虽然 然后
    现在 已经 一直 非常 自己 他们 她们 我们 你们 其他 大家 一个 一些 有些 有的 不能 不会 不要
    需要 必须 已有 还有 只有 都是 今天 昨天 明天 去年 今年 目前 之前 之后 以后 此致 敬礼 请求
    恳请 恳求 尽快 及时 能不 知道 有没 the and for you that this with have has had are not but
    they was from our will would should can could there their what about more all been when who
    which your were them these those than then to of in is it its an we be on or as at by if so
    do does did no he she his her him me my us up out any some only just very too also because
    into over how why where here may might must shall am being having get got let let's don't
    doesn't didn't isn't aren't can't won't i'm i've we're it's that's much many such each every
    other another both own same few please need needs like think want make good really there's
    able way through while after before again further once during under between until off down
    马上 抓紧 赶紧 立即 立刻 赶快 百忙 忙之 之中 打过 几次 三次 无数 多次 好几 有人 没人 人管 人理
    谁来 来管 谁管 推诿 皮球 总是 到底 给个 说法 忍无 无可 可忍 留言 来信 写信 一名 作为
    代表 转给 转交 据我 所知 情况 如下 实名 匿名 打扰 拜托 祝您 辛苦
    above below against dear sir madam hello thank thanks re ve ll
"""

# Share of texts taken to hold them -> words of the matter, but of most matters.
COMMON_WORDS = {
    0.2: """
        领导 问题 解决 居民 政府 部门 有关 相关 反映 投诉 建议 处理 情况 小区 社区 街道 people
        city town community county
    """,
    0.1: """
        业主 市民 群众 百姓 人民 这个 那个 这样 那么 进行 举报 要求 给予 回复 答复 帮助 关注 重视
        落实 方面 时间 工作 生活 影响 严重 很多 许多 多次 每天 通过 根据 支持 同意 反对 意见 加强
        管理 电话 附近 周边 城市 本人 家里 孩子 老人 物业 县长 市长 书记 局长 打扰 为民 得到 造成
        导致 出现 发生 存在 长期 至今 期间 左右 以上 以下 其中 作为 时候 咨询 领导们 工作人员
        镇里 市里 区里 一下 local area help use new time work year public better provide support
        more improve 12345 热线 市长热线 信箱 普通 查看 核实 调查 督促 协调 有图 有录音 为证 家长
        麻烦 这边 那边 公道 着落 下文 寒心 失望 等你 消息 几十位
    """,
}

# Words of two or three characters that citizens use for one another.
SAME_MEANING = (
    ("噪音", "噪声"),
    ("停车位", "车位"),
    ("修缮", "维修", "修理", "检修"),
    ("路灯", "街灯"),
    ("公交", "巴士"),
    ("老人", "老年人", "长者"),
    ("孩子", "小孩", "儿童"),
    ("清理", "清除", "清运"),
    ("扰民", "吵闹"),
    ("臭味", "异味", "恶臭"),
    ("下水道", "排水管"),
    ("补贴", "补助", "津贴"),
    ("学校", "校园"),
    ("收费", "费用"),
)
